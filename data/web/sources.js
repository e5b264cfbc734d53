/* The table of the Sources page: sorted by any column, with small bars of the articles over time, and ways to the
 * articles and the events of each publisher. Runs in the page itself; names are written by textContent. */
const PAGE = 100; // rows shown at first, and with each "more"
const DOWN_FIRST = ["articles", "first", "events", "routes", "unplaced", "confidence", "dated", "copies", "corrected"];
const SHARES = ["unplaced", "dated", "copies"];
const SVG = "http://www.w3.org/2000/svg";

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));

function make(tag, text, ...children) {
  const node = document.createElement(tag);
  if (text !== null && text !== undefined) node.textContent = text;
  node.append(...children.filter(Boolean));
  return node;
}

function press(text, label, run) {
  const node = make("button", text);
  node.type = "button";
  if (label) node.title = label;
  if (label) node.setAttribute("aria-label", label);
  node.addEventListener("click", run);
  return node;
}

/* Bars over time, the same span for every row; each row has its own height. */
function chart(row, data) {
  const box = document.createElementNS(SVG, "svg");
  const { bars } = row;
  if (!bars.length) return null;
  const most = Math.max(...bars);
  const said = fill(data.words.chart, { first: data.span[0], last: data.span[1], bars: data.words.bars, most });
  const title = document.createElementNS(SVG, "title");
  title.textContent = said;
  box.append(title);
  box.setAttribute("viewBox", `0 0 ${bars.length} 10`);
  box.setAttribute("preserveAspectRatio", "none");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", said);
  bars.forEach((number, at) => {
    if (!number) return;
    const bar = document.createElementNS(SVG, "rect");
    const height = Math.max(1, (10 * number) / most);
    for (const [key, value] of Object.entries({ x: at + 0.08, y: 10 - height, width: 0.84, height })) bar.setAttribute(key, value);
    box.append(bar);
  });
  return box;
}

/* What a cell shows. */
function told(key, row) {
  if (key === "first") return row.span;
  const value = row[key];
  if (value === null || value === undefined) return "–";
  if (SHARES.includes(key)) return value > 0 && value < 0.005 ? "< 1 %" : `${Math.round(100 * value)} %`;
  return key === "confidence" ? value.toFixed(2) : value.toLocaleString("en-GB");
}

/* What is unknown comes last, whichever way. */
function sorted(rows, { by, down }) {
  const key = by === "first" && down ? "last" : by;
  const known = (row) => row[key] !== null && row[key] !== undefined;
  const compare = ([a, b]) => (typeof a === "string" ? a.localeCompare(b) : a - b);
  return [...rows].sort((one, other) => known(other) - known(one) || (known(one) ? compare(down ? [other[key], one[key]] : [one[key], other[key]]) : 0));
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".dl-sources");
  const { words, columns } = data;
  box.dir = data.direction;
  const state = box.dlState || (box.dlState = { by: "articles", down: true, name: "", most: PAGE });

  const sortBy = (key) => {
    state.down = state.by === key ? !state.down : DOWN_FIRST.includes(key);
    state.by = key;
    draw();
  };
  const lead = (row, page) => setTriggerValue("chosen", { source: row.source, page });

  function head() {
    const line = make("tr");
    for (const [key, label, meaning] of columns) {
      const cell = make("th");
      cell.scope = "col";
      const on = state.by === key;
      cell.setAttribute("aria-sort", on ? (state.down ? "descending" : "ascending") : "none");
      const button = press(label, "", () => sortBy(key));
      button.dataset.key = key;
      button.title = [meaning, fill(words.sort, { column: label })].filter(Boolean).join(". ");
      cell.append(button);
      line.append(cell);
    }
    return make("thead", null, line);
  }

  function line(row) {
    const name = make("b", row.name);
    name.dir = "auto";
    const ways = make("span", null, press(words.list, fill(words.toList, { name: row.name }), () => lead(row, "articles")),
      press(words.map, fill(words.toMap, { name: row.name }), () => lead(row, "map")));
    ways.className = "dl-ways";
    const first = make("th", null, name, row.note && make("small", row.note), ways);
    first.scope = "row";
    const cells = columns.slice(1).map(([key, label]) => {
      const value = make("span", told(key, row));
      if (key !== "first") value.dir = "ltr";
      const cell = make("td", null, value);
      cell.dataset.label = label;
      if (key === "articles") cell.append(...[chart(row, data)].filter(Boolean));
      if (SHARES.includes(key) && row[key] !== null) cell.style.setProperty("--part", `${100 * row[key]}%`);
      cell.className = `dl-${key}${SHARES.includes(key) ? " dl-part" : ""}`;
      return cell;
    });
    return make("tr", null, first, ...cells);
  }

  function rows() {
    const asked = state.name.trim().toLowerCase();
    return sorted(data.rows.filter((row) => row.name.toLowerCase().includes(asked)), state);
  }

  /* On a phone the heads of the columns are not shown: a menu sorts. */
  function menu() {
    const select = make("select");
    select.setAttribute("aria-label", words.by);
    for (const [key, label] of columns) {
      const option = make("option", label);
      option.value = key;
      option.selected = key === state.by;
      select.append(option);
    }
    select.addEventListener("change", () => sortBy(select.value));
    return select;
  }

  const field = box.querySelector("input") || make("input");
  field.type = "search";
  field.placeholder = words.find;
  field.setAttribute("aria-label", words.find);
  field.maxLength = 200;
  field.oninput = () => {
    Object.assign(state, { name: field.value, most: PAGE });
    draw();
  };

  function draw() {
    const active = (parentElement.activeElement || document.activeElement || {}).dataset;
    const key = active && active.key;
    const found = rows();
    const table = make("table", null, make("caption", words.table), head(), make("tbody", null, ...found.slice(0, state.most).map(line)));
    const parts = [make("div", null, data.rows.length > 8 && field, menu()), found.length ? table : make("p", words.nothing)];
    parts[0].className = "dl-tools";
    if (found.length > state.most) {
      parts.push(press(`${words.more} (${(found.length - state.most).toLocaleString("en-GB")})`, "", () => {
        state.most += PAGE;
        draw();
      }));
    }
    const typing = (parentElement.activeElement || document.activeElement) === field;
    box.replaceChildren(...parts);
    if (typing) field.focus();
    else if (key) box.querySelector(`thead [data-key="${key}"]`).focus();
  }
  draw();
}
