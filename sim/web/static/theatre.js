// The theatre of one run: states, flashpoints, crises and ties at the turn that is told.

const place = document.getElementById("theatre");
const space = "http://www.w3.org/2000/svg";

const draw = (parent, name, attributes, text = "") => {
  const node = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  parent.append(node);
  return node;
};

if (place) {
  const theatre = JSON.parse(place.dataset.theatre);
  const frames = JSON.parse(place.dataset.frames);
  const words = JSON.parse(place.dataset.words);
  const svg = place.querySelector("svg");
  const other = document.getElementById("theatre-switch");
  let mapped = theatre.map !== null;
  let turn = 0;

  const tied = (at) => {
    for (let i = at; i >= 0; i -= 1) if (frames[i].ties) return frames[i].ties;
    return [];
  };

  // a name in lines of some twenty letters; all its names, for places have several
  const wrapped = (name) => {
    const lines = [""];
    for (const word of name.split(" ")) {
      if (lines.at(-1) && `${lines.at(-1)} ${word}`.length > 21) lines.push("");
      lines.push(`${lines.pop()} ${word}`.trim());
    }
    return lines;
  };

  const show = () => {
    const spots = mapped ? theatre.map : theatre.circle;
    const frame = frames[Math.min(turn, frames.length - 1)];
    svg.replaceChildren();
    if (!mapped) {
      for (const [one, two, kind] of tied(Math.min(turn, frames.length - 1))) {
        const [x1, y1] = spots[one];
        const [x2, y2] = spots[two];
        draw(svg, "line", { x1, y1, x2, y2, class: `tie kind${kind}` });
      }
    }
    for (const [key, now] of Object.entries(frame.places)) {
      const [x, y] = spots[`place:${key}`];
      for (const [state, side] of Object.entries(now.sides)) {
        const [x1, y1] = spots[state];
        draw(svg, "line", { x1, y1, x2: x, y2: y, class: `against ${side}` });
      }
    }
    for (const [key, about] of Object.entries(theatre.places)) {
      const [x, y] = spots[`place:${key}`];
      const now = frame.places[key];
      // among ties only what is fought over is shown, where there are several
      if (!mapped && !now.rung && Object.keys(theatre.places).length > 1) continue;
      const size = 13;
      const diamond = (part) => `${x},${y - part} ${x + part},${y} ${x},${y + part} ${x - part},${y}`;
      draw(svg, "polygon", { points: diamond(size), class: now.rung ? "spot hot" : "spot" });
      draw(svg, "polygon", { points: diamond(size * Math.sqrt(now.control)), class: "held" });
      const lines = wrapped(about.name);
      lines.forEach((line, i) => draw(svg, "text", { x, y: y + 27 + 13 * i, class: "place" }, line));
      const under = y + 30 + 13 * lines.length;
      if (now.rung) draw(svg, "text", { x, y: under, class: "rung" }, `${words.at_rung} ${now.rung}`);
    }
    for (const [key, about] of Object.entries(theatre.states)) {
      const [x, y] = spots[key];
      draw(svg, "circle", { cx: x, cy: y, r: 12, class: `state side${about.side % 6}` });
      draw(svg, "text", { x, y: y + 4.5, class: "letter" }, String.fromCharCode(65 + about.side));
      draw(svg, "text", { x, y: y - 17, class: "name" }, about.name);
    }
    const sides = theatre.sides.map((side, i) => `${String.fromCharCode(65 + i)} ${side}`);
    document.getElementById("theatre-legend").textContent = sides.filter((s) => s.length > 2).join(" · ");
    other.textContent = mapped ? words.show_circle : words.show_map;
    other.hidden = theatre.map === null;
  };

  other.addEventListener("click", () => { mapped = !mapped; show(); });
  document.addEventListener("turn", (event) => { turn = event.detail; show(); });
  place.hidden = false;
  const last = [...document.querySelectorAll("[data-period]:not([hidden])")].at(-1);
  turn = last ? Number(last.dataset.last) : 0;
  show();
}
