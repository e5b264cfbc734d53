/* What Streamlit mounts: loads our scripts once for the page, in order, and hands the box to the small map. */
function loadOnce(address) {
  const loads = (window.dlLoads = window.dlLoads || {});
  if (!loads[address]) {
    loads[address] = new Promise((resolve, reject) => {
      const style = address.split("?")[0].endsWith(".css");
      const node = document.createElement(style ? "link" : "script");
      if (style) {
        node.rel = "stylesheet";
        node.href = address;
      } else node.src = address;
      node.onload = resolve;
      node.onerror = () => reject(new Error(`${address} could not be loaded`));
      document.head.append(node);
    });
  }
  return loads[address];
}

export default function ({ parentElement, data, setTriggerValue }) {
  let box = parentElement.querySelector(".dl-small-box");
  if (!box) {
    box = document.createElement("div");
    box.className = "dl-small-box";
    parentElement.append(box);
  }
  box.classList.add("dl-map-colours");
  (async () => {
    for (const address of data.files) await loadOnce(address);
    window.DatelineLayer.smallMap(box, data.given, (name, value) => setTriggerValue(name, value));
  })();
}
