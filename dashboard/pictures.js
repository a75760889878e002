/**
 * Figures of the page as files, made in the browser from what it shows: Plotly's layers of marks and words, or plain
 * markup drawn by markup.js, the finding above them and where it comes from below, in the page's type and colours.
 */
const SVG = "http://www.w3.org/2000/svg";
const SIDE = 24;
const SHARPNESS = 2;
const ONLY_FOR_THE_POINTER = ".hoverlayer, .draglayer, .zoomlayer, .menulayer";
let type;

export default function ({ data, parentElement, setTriggerValue }) {
  const place = document.createElement("div");
  place.className = "pictures";
  const said = node("p", "quiet", { role: "status" });
  for (const figure of data.figures) {
    const line = node("div", "picture", { role: "group", "aria-label": figure.name });
    line.append(node("span", "quiet", {}, figure.name));
    for (const kind of ["SVG", "PNG"]) {
      line.append(button(kind, `Download ${figure.name} as ${kind}`, async () => {
        const file = await save(figure, kind, data.footer);
        said.textContent = file;
        setTriggerValue("saved", file);
      }));
    }
    place.append(line);
  }
  place.append(button(data.copy, data.copy, () => copy(data.link, data.copied, said)), said);
  parentElement.replaceChildren(place);
}

function node(name, className, attributes = {}, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function button(text, label, action) {
  const made = node("button", "", { type: "button", "aria-label": label }, text);
  made.addEventListener("click", action);
  return made;
}

async function copy(link, done, said) {
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    // Without https there is no clipboard to write to; a selection can still be copied.
    const text = node("textarea", "", { readonly: "" }, link);
    document.body.append(text);
    text.select();
    document.execCommand("copy");
    text.remove();
  }
  said.textContent = done;
}

async function save(figure, kind, footer) {
  const drawing = await compose(figure, footer);
  const text = new XMLSerializer().serializeToString(drawing);
  const vector = new Blob([text], { type: "image/svg+xml;charset=utf-8" });
  const file = kind === "SVG" ? vector : await rastered(vector, drawing);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${figure.file}.${kind.toLowerCase()}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return link.download;
}

async function compose(figure, footer) {
  const place = document.querySelector(`.st-key-${figure.key}`);
  const plot = place.querySelector(".js-plotly-plot");
  const colours = getComputedStyle(document.querySelector(".stApp"));
  const [page, ink, muted] = ["--page", "--ink", "--muted"].map((name) => colours.getPropertyValue(name).trim());
  const family = colours.fontFamily;
  const box = (plot ?? place).getBoundingClientRect();
  const width = Math.ceil(Math.max(box.width, 480));
  const drawing = shape("svg", { xmlns: SVG, "font-family": family });
  const style = shape("style", {});
  style.textContent = await face();
  const ground = shape("rect", { width: "100%", height: "100%", fill: page });
  drawing.append(style, ground);
  const finding = figure.finding || (plot?.closest("[role=figure]")?.getAttribute("aria-label") ?? "");
  let y = words(drawing, finding, SIDE, width, { "font-size": 17, "font-weight": 600, fill: ink }, family);
  const left = SIDE + (width - box.width) / 2;
  for (const layer of plot?.querySelectorAll(".main-svg") ?? []) {
    const copied = layer.cloneNode(true);
    for (const part of copied.querySelectorAll(ONLY_FOR_THE_POINTER)) part.remove();
    copied.setAttribute("x", left);
    copied.setAttribute("y", y);
    drawing.append(copied);
  }
  if (!plot) {
    const drawn = drawnMarkup(place);
    drawn.setAttribute("transform", `translate(${left} ${y})`);
    drawing.append(drawn);
  }
  y = words(drawing, footer, y + box.height + 8, width, { "font-size": 12, fill: muted }, family) + SIDE - 8;
  for (const [name, value] of Object.entries({ width: width + 2 * SIDE, height: Math.ceil(y) })) {
    drawing.setAttribute(name, value);
  }
  drawing.setAttribute("viewBox", `0 0 ${width + 2 * SIDE} ${Math.ceil(y)}`);
  return drawing;
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Writes a text in lines that fit; gives where it ends. */
function words(drawing, text, top, width, look, family) {
  ruler.font = `${look["font-weight"] ?? 400} ${look["font-size"]}px ${family}`;
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (ruler.measureText(longer).width > width && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  const step = 1.35 * look["font-size"];
  lines.forEach((line, i) => {
    const written = shape("text", { ...look, x: SIDE, y: top + (i + 0.8) * step });
    written.textContent = line;
    drawing.append(written);
  });
  return top + lines.length * step + 10;
}

/** The page's typeface as part of the file: a picture loads nothing from elsewhere. */
async function face() {
  type ??= (async () => {
    const rules = [...document.styleSheets].flatMap((sheet) => {
      try {
        return [...sheet.cssRules];
      } catch {
        return [];
      }
    });
    const upright = rules.find((rule) => {
      const named = rule instanceof CSSFontFaceRule && /^"?Source Sans/.test(rule.style.fontFamily);
      return named && rule.style.fontStyle !== "italic";
    });
    const address = upright?.style.src.match(/url\("?([^")]+)"?\)/)?.[1];
    if (!address) return "";
    const file = await (await fetch(new URL(address, upright.parentStyleSheet.href ?? document.baseURI))).blob();
    const read = new FileReader();
    await new Promise((done) => {
      read.onload = done;
      read.readAsDataURL(file);
    });
    const name = upright.style.fontFamily;
    return `@font-face{font-family:${name};font-weight:200 900;src:url(${read.result}) format("woff2")}`;
  })();
  return type;
}

async function rastered(vector, drawing) {
  const image = new Image();
  image.src = URL.createObjectURL(vector);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = SHARPNESS * drawing.getAttribute("width");
  canvas.height = SHARPNESS * drawing.getAttribute("height");
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
