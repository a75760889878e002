/**
 * Part of pictures.js. A figure of plain markup as shapes and words: each box that has a colour or a border, each line
 * of text where the page shows it. Knows what the style sheet of these figures uses, no more.
 */
const ruler = document.createElement("canvas").getContext("2d");

/** What stands in a part of the page, its upper left corner at nought. */
function drawnMarkup(part) {
  const drawn = shape("g", {});
  const origin = part.getBoundingClientRect();
  const draw = (element) => {
    const style = getComputedStyle(element);
    const isForTheEar = style.clipPath.startsWith("inset");
    if (isForTheEar || style.display === "none" || style.visibility === "hidden") return;
    const box = placed(element, style, origin);
    if (element instanceof HTMLImageElement) drawn.append(pathOf(element, box));
    drawBox(drawn, box, style);
    for (const pseudo of ["::before", "::after"]) drawPseudo(drawn, element, box, getComputedStyle(element, pseudo));
    for (const child of element.childNodes) {
      if (child instanceof Text) write(drawn, child, style, origin);
      else if (child instanceof HTMLElement) draw(child);
    }
  };
  draw(part);
  return drawn;
}

/** Where a box stands before it is turned or made smaller around its centre, and how it is. */
function placed(element, style, origin) {
  const around = element.getBoundingClientRect();
  const { a, b, c, d } = new DOMMatrix(style.transform === "none" ? "" : style.transform);
  const isTurned = a !== 1 || b !== 0;
  const width = isTurned ? parseFloat(style.width) : around.width;
  const height = isTurned ? parseFloat(style.height) : around.height;
  const [x, y] = [around.x - origin.x + around.width / 2, around.y - origin.y + around.height / 2];
  const turn = isTurned ? { transform: `translate(${x} ${y}) matrix(${a} ${b} ${c} ${d} 0 0) translate(${-x} ${-y})` } : {};
  return { x: x - width / 2, y: y - height / 2, width, height, turn };
}

function drawPseudo(drawn, element, box, style) {
  if (style.content === "none" || style.display === "none" || style.position !== "absolute") return;
  const [x, y] = [box.x + element.clientLeft + parseFloat(style.left), box.y + element.clientTop + parseFloat(style.top)];
  const own = { x, y, width: parseFloat(style.width), height: parseFloat(style.height), turn: box.turn };
  drawBox(drawn, own, style);
  const text = style.content.replace(/^"|"$/g, "");
  if (text) drawn.append(line(text, x, y, own.height, style));
}

function drawBox(drawn, box, style) {
  const fill = paint("fill", style.backgroundColor, style.opacity);
  if (fill) drawn.append(outline(box, style, { ...fill, ...box.turn }));
  const sides = ["Top", "Right", "Bottom", "Left"].map((side) => ({
    thick: style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]),
    paint: paint("stroke", style[`border${side}Color`], style.opacity),
    dotted: style[`border${side}Style`] === "dotted" ? { "stroke-dasharray": "1 2" } : {},
  }));
  const { x, y, width, height } = box;
  if (sides.every(({ thick, paint: colour }) => thick && colour)) {
    const half = sides[0].thick / 2;
    const inner = { x: x + half, y: y + half, width: width - 2 * half, height: height - 2 * half };
    drawn.append(outline(inner, style, { fill: "none", ...sides[0].paint, "stroke-width": 2 * half, ...box.turn }));
    return;
  }
  const ends = [
    [x, y, x + width, y],
    [x + width, y, x + width, y + height],
    [x, y + height, x + width, y + height],
    [x, y, x, y + height],
  ];
  sides.forEach((side, i) => {
    const [x1, y1, x2, y2] = ends[i];
    if (side.thick && side.paint) {
      drawn.append(shape("line", { x1, y1, x2, y2, ...side.paint, "stroke-width": side.thick, ...side.dotted }));
    }
  });
}

function outline({ x, y, width, height }, style, look) {
  const corners = style.clipPath.match(/^polygon\((.*)\)$/)?.[1];
  if (corners) {
    const at = (text, length) => (text.endsWith("%") ? (parseFloat(text) / 100) * length : parseFloat(text));
    const points = corners.split(",").map((pair) => pair.trim().split(/\s+/));
    const drawn = points.map(([across, down]) => `${x + at(across, width)},${y + at(down, height)}`);
    return shape("polygon", { points: drawn.join(" "), ...look });
  }
  if (style.borderTopLeftRadius === "50%") {
    return shape("ellipse", { cx: x + width / 2, cy: y + height / 2, rx: width / 2, ry: height / 2, ...look });
  }
  return shape("rect", { x, y, width, height, rx: parseFloat(style.borderTopLeftRadius) || 0, ...look });
}

/** A colour and how strong it is, apart, as every program that opens the file reads it; null for none. */
function paint(kind, colour, opacity) {
  const [red, green, blue, strength = 1] = colour.match(/[\d.]+/g).map(Number);
  if (!strength) return null;
  return { [kind]: `rgb(${red}, ${green}, ${blue})`, [`${kind}-opacity`]: strength * opacity };
}

/** Writes a text in the lines in which the page shows it. */
function write(drawn, node, style, origin) {
  let last = null;
  for (const word of node.data.matchAll(/\S+/g)) {
    const range = document.createRange();
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const [place] = range.getClientRects();
    if (!place) continue;
    if (last && Math.abs(last.top - place.top) < 2) {
      last.line.textContent += ` ${word[0]}`;
      continue;
    }
    last = { top: place.top, line: line(word[0], place.x - origin.x, place.y - origin.y, place.height, style) };
    drawn.append(last.line);
  }
}

function line(text, x, y, height, style) {
  ruler.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = ruler.measureText(text);
  const look = { "font-size": style.fontSize, "font-weight": style.fontWeight, ...paint("fill", style.color, 1) };
  const written = shape("text", { x, y: y + (height - above - below) / 2 + above, ...look });
  written.textContent = text;
  return written;
}

/** A small drawing inside the markup, which is an image of its own on the page. */
function pathOf(image, { x, y, width, height }) {
  const text = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1));
  const own = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  for (const [name, value] of Object.entries({ x, y, width, height })) own.setAttribute(name, value);
  return own;
}
