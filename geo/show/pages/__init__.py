"""The Streamlit pages: thin scripts over `geo.show`; the entry script is main.py."""
