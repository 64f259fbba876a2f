"use strict";
// The map: one drawing, recoloured for the week, the plan and the layer; a place that is chosen shows its week and its fans.
const view = { week: 0, plan: 0, layer: "rule", actor: 0, place: null };
const states = facts.rulers.length + 2, VOID = facts.rulers.length, CONTESTED = VOID + 1;
const stateName = (s) => (s < VOID ? facts.rulers[s].name : s === VOID ? "Nobody: a void" : "Contested: nobody rules half");
const stateCode = (s) => (s < VOID ? facts.rulers[s].code : s === VOID ? "void" : "×");
const stateFill = (s) => (s < VOID ? facts.rulers[s].colour : s === VOID ? "url(#void)" : "url(#contested)");
const pale = (share) => Math.max(facts.palest, share); // as many futures agree, so strong is the colour
const nodes = {};

function drawMap() {
  const map = $("drawing"), shapes = facts.shapes;
  map.setAttribute("viewBox", `0 0 ${shapes.width} ${shapes.height}`);
  for (const shape of shapes.places) {
    const path = make("path", { class: "place", d: shape.path, tabindex: 0, role: "button", "aria-pressed": "false", "data-place": shape.id });
    path.append(make("title"));
    if (shape.anchor) {
      const [x, y] = shape.anchor, side = shape.x - shape.radius;
      map.append(make("path", { class: "leader", d: `M${x},${y}L${side},${shape.y}` }), make("circle", { class: "dot", cx: x, cy: y, r: 3 }));
    }
    path.addEventListener("click", () => choose(shape.id));
    path.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); choose(shape.id); } });
    map.append(path);
    nodes[shape.id] = { path, shape };
  }
  for (const shape of shapes.places) {
    const label = make("text", { x: shape.x, y: shape.y + 4, "aria-hidden": "true" });
    map.append(label);
    nodes[shape.id].label = label;
    const box = nodes[shape.id].path.getBBox();
    nodes[shape.id].room = shape.anchor ? 40 : Math.min(box.width, box.height);
    if (shape.anchor) map.append(make("text", { class: "name", x: shape.x, y: shape.y + shape.radius + 14, "aria-hidden": "true" }, shape.name));
    if (shape.tile) map.append(make("text", { class: "name", x: shape.x, y: shape.y + 22, "aria-hidden": "true" }, shape.name));
  }
}

const layerOf = (name) => facts.layers && facts.layers[name];
// Share of futures in which each state holds the place this week.
function held(index, plan = view.plan, week = view.week) {
  const values = array(layerOf("rule")[facts.plans[plan].id]), weeks = facts.dates.length;
  return Array.from({ length: states }, (_, s) => values[(index * states + s) * weeks + week]);
}
function valueOf(layer, index) {
  const refs = layerOf(layer)[facts.plans[view.plan].id];
  return array(Array.isArray(refs) ? refs[view.actor] : refs)[index * facts.dates.length + view.week];
}
const residentsOf = (index) => (layerOf("residents") || [])[index] || NaN;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
function blend(from, to, t) {
  const parse = (c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16));
  const a = parse(from), b = parse(to);
  return `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * t)).join(",")})`;
}
const tops = new Map();
function top(layer) {  // one scale for all weeks and plans, so that colours can be compared; the 99th percentile keeps one week from washing out the rest
  const key = layer + (layer === "forces" ? view.actor : "");
  if (!tops.has(key)) {
    const all = [];
    for (const plan of facts.plans) {
      const refs = layerOf(layer)[plan.id], values = array(Array.isArray(refs) ? refs[view.actor] : refs), weeks = facts.dates.length;
      for (let i = 0; i < values.length; i += 4) if (!Number.isNaN(values[i])) all.push(values[i] / (residentsOf(Math.floor(i / weeks)) / 1e5 || 1));
    }
    all.sort((a, b) => a - b);
    tops.set(key, all[Math.floor(all.length * 0.99)] || 1);
  }
  return tops.get(key);
}
const perHead = (layer, index) => valueOf(layer, index) / (residentsOf(index) / 1e5 || 1);

function paint() {
  if (!facts.layers) return;
  const colours = { low: css("--low"), deaths: css("--deaths"), forces: css("--forces"), minus: css("--minus"), plus: css("--plus"), even: css("--even") };
  const limit = view.layer === "deaths" || view.layer === "forces" ? top(view.layer) : 1;
  for (const [index, id] of facts.places.entries()) {
    const node = nodes[id];
    if (!node) continue;
    let fill, opacity = 1, said, code;
    if (view.layer === "rule") {
      const shares = held(index), state = shares.indexOf(Math.max(...shares));
      fill = stateFill(state); opacity = pale(shares[state]);
      code = stateCode(state); said = `${stateName(state)}, in ${percent(shares[state])} of futures${shares[state] < 0.5 ? ": more than anyone else, but not most" : ""}`;
    } else if (view.layer === "standing") {
      const v = valueOf("standing", index);
      fill = Number.isNaN(v) ? colours.low : v < 0 ? blend(colours.even, colours.minus, Math.min(1, -v)) : blend(colours.even, colours.plus, Math.min(1, v));
      code = Number.isNaN(v) ? "" : v.toFixed(1).replace("-", "−"); said = `standing of ${facts.actors[view.actor].name} ${code}`;
    } else {
      const v = perHead(view.layer, index);
      fill = blend(colours.low, colours[view.layer], Math.min(1, Math.sqrt(Math.max(0, v || 0) / limit)));
      code = v < 0.05 ? "" : figure(Number(v.toPrecision(2)));
      said = view.layer === "deaths" ? `${figure(valueOf("deaths", index))} recorded deaths a week on average` : `${figure(valueOf("forces", index))} persons under arms`;
    }
    node.path.style.fill = fill; node.path.style.fillOpacity = opacity;
    const text = node.room > 26 ? code : "";
    if (node.label.textContent !== text) node.label.textContent = text;
    node.said = `${node.shape.name}: ${said}`;
    node.path.setAttribute("aria-label", node.said); node.path.firstChild.textContent = node.said;
  }
  const date = longDate(facts.dates[view.week]);
  $("week-date").textContent = date; $("week").setAttribute("aria-valuetext", date);
  if (view.place != null) card();
}

function swatch(fill, opacity = 1) {
  return make("svg", { width: 18, height: 14, "aria-hidden": "true" }, make("rect", { width: 18, height: 14, rx: 2, style: `fill:${fill};fill-opacity:${opacity};stroke:var(--hatch);stroke-width:.7` }));
}
function swatchOf([light, dark]) { // a colour that turns with the page
  const found = swatch("var(--k)");
  found.setAttribute("style", `--c:${light};--d:${dark}`);
  return found;
}
function legend() {
  const list = $("legend"); list.replaceChildren();
  if (!facts.layers) return;
  const ramp = (from, to, a, b, note) => list.append(make("li", {}, a, make("span", { class: "ramp", style: `background:linear-gradient(90deg, ${from}, ${to})` }), b), make("li", {}, note));
  if (view.layer === "rule") {
    const seen = new Set();
    for (const plan of facts.plans) {
      const values = array(layerOf("rule")[plan.id]), weeks = facts.dates.length;
      for (let p = 0; p < facts.places.length; p++) for (let w = 0; w < weeks; w += 4) {
        let best = 0;
        for (let s = 1; s < states; s++) if (values[(p * states + s) * weeks + w] > values[(p * states + best) * weeks + w]) best = s;
        seen.add(best);
      }
    }
    for (let s = 0; s < states; s++) if (seen.has(s) || s >= VOID) list.append(make("li", {}, swatch(stateFill(s)), make("b", {}, stateCode(s)), stateName(s)));
    list.append(make("li", { class: "together" }, ...[0.3, 0.6, 1].map((share) => make("span", {}, swatch("var(--ink)", pale(share)), `in ${percent(share)} of futures`))));
    list.append(make("li", {}, "Whoever rules in more futures than anyone else, which may be fewer than half."));
  } else if (view.layer === "standing") {
    ramp(`var(--minus), var(--even)`, `var(--plus)`, "−1 rejected", "+1 embraced", `Standing of ${facts.actors[view.actor].name} among residents`);
  } else {
    const what = view.layer === "deaths" ? "Mean recorded deaths a week per 100,000 residents, over four weeks" : `Persons under arms per 100,000 residents: ${facts.actors[view.actor].name}`;
    ramp("var(--low)", `var(--${view.layer})`, "0", figure(Number(top(view.layer).toPrecision(2))), what);
  }
}

function choose(id) {
  if (view.place != null && nodes[view.place]) { nodes[view.place].path.classList.remove("chosen"); nodes[view.place].path.setAttribute("aria-pressed", "false"); }
  view.place = id;
  nodes[id].path.classList.add("chosen"); nodes[id].path.setAttribute("aria-pressed", "true");
  card(); placeFans();
}
function card() {
  const index = facts.places.indexOf(view.place), plan = facts.plans[view.plan];
  $("place-name").textContent = nodes[view.place].shape.name;
  $("place-when").textContent = `Week of ${longDate(facts.dates[view.week])}, ${plan.title}`;
  const bars = $("place-bars"), rows = [];
  if (layerOf("rule")) {
    held(index).map((share, s) => [share, s]).filter(([share]) => share >= 0.005).sort((a, b) => b[0] - a[0]).slice(0, 6).forEach(([share, s]) => {
      const solid = s < VOID ? `background:${facts.rulers[s].colour}` : s === VOID ? "background:repeating-linear-gradient(45deg,var(--hatch) 0 2px,transparent 2px 5px)" : "background:radial-gradient(var(--hatch) 30%,transparent 32%) 0 0/5px 5px";
      rows.push(make("li", {}, make("span", {}, stateName(s)), make("b", {}, percent(share)), make("span", { class: "bar" }, make("i", { style: `width:${share * 100}%;${solid}` }))));
    });
  }
  bars.replaceChildren(...rows);
  const facts_ = $("place-facts"), pairs = [];
  if (layerOf("residents")) pairs.push(["Residents at the start", figure(residentsOf(index))]);
  if (layerOf("deaths")) pairs.push(["Recorded deaths a week, mean of four", figure(array(layerOf("deaths")[plan.id])[index * facts.dates.length + view.week])]);
  if (layerOf("forces")) {
    const all = facts.actors.map((a, i) => [array(layerOf("forces")[plan.id][i])[index * facts.dates.length + view.week], a.name]).filter(([n]) => n >= 50).sort((a, b) => b[0] - a[0]).slice(0, 5);
    for (const [n, name] of all) pairs.push([`${name}, under arms`, figure(n)]);
  }
  facts_.replaceChildren(...pairs.flatMap(([k, v]) => [make("dt", {}, k), make("dd", {}, v)]));
  const x = weekX(view.week);
  for (const line of document.querySelectorAll("#place-fans .now")) { line.setAttribute("x1", x); line.setAttribute("x2", x); }
}

const W = 180, H = 78, L = 31, B = 14;
const weekX = (w) => L + (W - L - 2) * (facts.dates.length > 1 ? w / (facts.dates.length - 1) : 0);
function fanSvg(levels, high, share, colour, said) {
  const weeks = facts.dates.length, y = (v) => 4 + (H - B - 4) * (1 - Math.min(v, high) / high);
  const run = (row, back) => {
    const points = [];
    for (let i = 0; i < weeks; i++) { const w = back ? weeks - 1 - i : i, v = levels[row * weeks + w]; if (!Number.isNaN(v)) points.push(`${weekX(w).toFixed(1)},${y(v).toFixed(1)}`); }
    return points.join("L");
  };
  const area = (a, b) => { const lower = run(a), upper = run(b, true); return lower ? `M${lower}L${upper}Z` : ""; };
  const years = facts.dates.map((d, i) => [d.slice(0, 4), i]).filter(([year, i], k, all) => i && all[k - 1][0] !== year).filter((_, k, all) => all.length < 4 || k % 2 === 0);
  return make("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": said, style: colour },
    make("line", { class: "base", x1: L, x2: W, y1: y(0), y2: y(0) }), make("text", { x: L - 3, y: y(0) + 3, "text-anchor": "end" }, "0"),
    make("text", { x: L - 3, y: 11, "text-anchor": "end" }, share ? "100%" : figure(Number(high.toPrecision(2)))),
    make("path", { class: "f90", d: area(0, 4) }), make("path", { class: "f50", d: area(1, 3) }), make("path", { class: "f0", d: run(2) ? `M${run(2)}` : "" }),
    ...years.map(([year, i]) => make("text", { x: weekX(i), y: H - 2, "text-anchor": "middle" }, year)),
    make("line", { class: "now", x1: weekX(view.week), x2: weekX(view.week), y1: 4, y2: H - B }));
}
function placeFans() {
  const box = $("place-fans"), rows = (facts.place_fans || {})[view.place] || [], name = nodes[view.place].shape.name, weeks = facts.dates.length;
  const parts = [make("h3", {}, `${name} under ${facts.plans.length === 1 ? "the plan" : "every plan"}`), make("p", { class: "small" }, "Line: median of futures. Dark band: half of them. Pale band: nine in ten. Dashed: the week on the map.")];
  for (const row of rows) {
    const cells = make("div", { class: "cells", style: `--n:${row.plans.length}` });
    row.plans.forEach((ref, p) => {
      const plan = facts.plans[p], levels = array(ref), end = levels[2 * weeks + weeks - 1];
      const said = `${row.label} in ${name}, ${plan.title}: median ${row.share ? percent(levels[2 * weeks]) : figure(levels[2 * weeks])} at first, ${row.share ? percent(end) : figure(end)} in the last week`;
      cells.append(make("figure", {}, make("figcaption", {}, markOf(plan), plan.title), fanSvg(levels, row.high, row.share, planColour(plan), said)));
    });
    parts.push(make("h4", {}, row.colour ? swatch(row.colour) : null, row.colour ? " " : null, row.label), cells);
  }
  if (!rows.length) parts.push(make("p", { class: "small" }, "The run kept no weekly series for this place."));
  box.replaceChildren(...parts);
}

function startMap() {
  if (!$("drawing")) return;
  drawMap();
  if (!facts.layers || !facts.dates.length) return;
  const layers = ["rule", "deaths", "forces", "standing"].filter((l) => layerOf(l) && Object.keys(layerOf(l)).length);
  view.layer = layers[0];
  const repaint = () => { paint(); legend(); };
  $("week").addEventListener("input", (e) => { view.week = Number(e.target.value); paint(); });
  document.querySelectorAll("input[name=map-plan]").forEach((input) => input.addEventListener("change", () => { view.plan = Number(input.value); paint(); }));
  const actor = $("map-actor"), layer = $("map-layer");
  for (const option of [...layer.options]) if (!layers.includes(option.value)) option.remove();
  const offer = () => { actor.closest("label").hidden = !(view.layer === "forces" || view.layer === "standing"); };
  layer.addEventListener("change", () => { view.layer = layer.value; offer(); repaint(); });
  actor.addEventListener("change", () => { view.actor = Number(actor.value); repaint(); });
  let timer = null;
  $("play").addEventListener("click", () => {
    if (timer) { clearInterval(timer); timer = null; $("play").textContent = "▶"; $("play").setAttribute("aria-label", "Play the weeks"); return; }
    $("play").textContent = "❚❚"; $("play").setAttribute("aria-label", "Pause");
    timer = setInterval(() => { const next = (view.week + 1) % facts.dates.length; $("week").value = next; view.week = next; paint(); }, 120);
  });
  onTheme(repaint); offer(); repaint();
  const first = facts.places.map((id, i) => [id, i]).sort((a, b) => (residentsOf(b[1]) || 0) - (residentsOf(a[1]) || 0))[0];
  if (first && nodes[first[0]]) choose(first[0]);
}
