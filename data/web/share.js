/* What the Share box holds: three lines, each with a button that copies it. Runs in the page itself. */
const START = "allow=\"fullscreen; clipboard-write\" style=\"border:0;width:100%;height:640px\"";

/* An attribute's value: the address may hold what ends one. */
const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

function texts({ cite, language }) {
  const link = new URL(window.location.href);
  if (language) link.searchParams.set("lang", language);
  link.searchParams.delete("embed");
  const frame = new URL(link);
  frame.searchParams.set("embed", "1");
  return { link: link.href, embed: `<iframe src="${quoted(frame.href)}" title="Dateline" ${START}></iframe>`, cite };
}

export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".dl-share");
  const fill = () => {
    const rows = Object.entries(texts(data)).map(([key, text]) => {
      const label = document.createElement("label");
      label.textContent = data.words[key];
      const field = document.createElement("input");
      field.readOnly = true;
      field.value = text;
      field.dataset.key = key;
      field.addEventListener("focus", () => field.select());
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = data.words.copy;
      button.addEventListener("click", async () => {
        field.select();
        try {
          await navigator.clipboard.writeText(text);
        } catch {
          document.execCommand("copy");
        }
        button.textContent = data.words.copied;
      });
      label.append(field);
      const row = document.createElement("div");
      row.append(label, button);
      return row;
    });
    box.replaceChildren(...rows);
  };
  fill();
}
