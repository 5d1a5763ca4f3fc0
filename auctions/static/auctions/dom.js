// Small helpers that touch the page only where something changed.

export function $(selector, within = document) { return within.querySelector(selector); }

export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

export function show(element, visible) {
  if (element && element.hidden === Boolean(visible)) element.hidden = !visible;
}

export function setData(element, name, value) {
  if (!element) return;
  if (value === null || value === undefined || value === false) delete element.dataset[name];
  else if (element.dataset[name] !== String(value)) element.dataset[name] = value;
}

export function icon(name, size = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", size ? `ff-i ff-i--${size}` : "ff-i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

export function setIcon(svg, name) {
  const use = svg.querySelector("use");
  const href = `${document.body.dataset.icons}#${name}`;
  if (use.getAttribute("href") !== href) use.setAttribute("href", href);
}

// h("td", {class: "ff-num", text: "1"}, child, ...)
export function h(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function chip(text, tone = "", { iconName = "", pulse = false } = {}) {
  const mark = pulse ? h("span", { class: "ff-pulse" }) : iconName && icon(iconName);
  return h("span", { class: tone ? `ff-chip ff-chip--${tone}` : "ff-chip" }, mark || null, text);
}

// Keeps the children of `list` in step with `items` by key, so that focus and scrolling survive.
// `make(item)` builds an element, `fill(element, item)` updates it.
export function keyed(list, items, keyOf, make, fill) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let element = known.get(key);
    if (element) known.delete(key);
    else {
      element = make(item);
      element.dataset.key = key;
    }
    fill(element, item);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  for (const gone of known.values()) gone.remove();
}

// Runs `render` at most once a frame, however often it is asked for.
export function onFrame(render) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; render(); });
  };
}

export function download(name, text, type = "application/json") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
