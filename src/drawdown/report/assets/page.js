"use strict";
// Everything but the map: claim rows, charts, chronicles, what moves a claim, the table of numbers, colours, navigation.
const embedded = new Map();
function config() {
  const dark = isDark();
  return { background: "transparent", font: css("--sans"), view: { stroke: null },
    axis: { labelColor: css("--soft"), titleColor: css("--soft"), domainColor: css("--hatch"), tickColor: css("--hatch"), gridColor: css("--line"), labelFontSize: 11, titleFontWeight: 400 },
    header: { labelColor: css("--ink"), labelFontSize: 13 }, title: { color: css("--ink"), subtitleColor: css("--soft"), fontSize: 15, subtitleFontSize: 12, anchor: "start", offset: 12 },
    legend: { labelColor: css("--ink"), labelFontSize: 12 }, rect: { stroke: css("--paper") }, aria: false, mark: dark ? { } : {} };
}
const recolour = (spec) => {  // on a dark page plans wear their lighter colour and greys turn round; actors keep theirs
  let text = JSON.stringify(spec);
  if (isDark()) {
    for (const p of facts.plans) text = text.replaceAll(`"${p.colour}"`, `"${p.dark}"`);
    for (const [light, dark] of [...facts.neutrals, ["#555555", "#c9ccd2"], ["#1b1d21", css("--ink")], ["#ffffff", css("--paper")]]) text = text.replaceAll(`"${light}"`, `"${dark}"`);
  }
  return JSON.parse(text);
};
async function chart(id, spec, rows, said, title, subtitle) {
  const box = $(id);
  if (!box || typeof vegaEmbed === "undefined") return;
  embedded.set(id, () => chart(id, spec, rows, said, title, subtitle));
  const drawn = recolour(spec), room = Math.max(240, box.clientWidth - 20), inner = drawn.spec || drawn;
  if (drawn.facet) {
    const count = facts.plans.length, most = Math.max(1, Math.floor(room / 190)); // full rows only: no axis may stand under nothing
    drawn.columns = Array.from({ length: count }, (_, i) => count - i).find((n) => n <= most && count % n === 0);
    inner.width = Math.floor(room / drawn.columns) - (drawn.columns > 3 ? 36 : 52); drawn.spacing = { row: 26, column: 20 };
  } else inner.width = Math.min(900, room - 60);
  if (title != null) drawn.title = { text: title, subtitle, anchor: "start" };
  else delete drawn.title;
  drawn.datasets = { rows };
  const old = box.view;
  const result = await vegaEmbed(box, drawn, { renderer: "svg", config: config(), actions: { export: true, source: false, compiled: false, editor: false }, downloadFileName: "drawdown-" + id });
  box.querySelector("summary")?.setAttribute("aria-label", "Save this chart as a picture");
  const picture = box.querySelector("svg.marks");
  for (const part of picture.querySelectorAll("[role]")) for (const name of ["role", "aria-roledescription", "aria-label"]) part.removeAttribute(name); // one picture, one sentence
  picture.removeAttribute("aria-hidden"); picture.setAttribute("role", "img"); picture.setAttribute("aria-label", said);
  box.view = result.view; if (old) old.finalize();
  box.dataset.drawn = String(Number(box.dataset.drawn || 0) + 1);
}

const rowsOf = (ref, plan) => {
  const values = array(ref), weeks = facts.dates.length, keys = ["lo90", "lo50", "mid", "hi50", "hi90"];
  return facts.dates.map((date, w) => Object.fromEntries([["date", date], ["plan", plan], ...keys.map((k, i) => [k, Number.isNaN(values[i * weeks + w]) ? null : values[i * weeks + w]])]));
};
function fansSection() {
  const picker = $("fan-topic");
  if (!picker || !facts.fans || !facts.fans.topics.length) return;
  const groups = {};
  for (const topic of facts.fans.topics) (groups[topic.group] ||= make("optgroup", { label: topic.group })).append(make("option", { value: topic.id }, topic.label));
  picker.append(...Object.values(groups));
  const draw = () => {
    const topic = facts.fans.topics.find((t) => t.id === picker.value), levels = facts.fans.levels[topic.id], weeks = facts.dates.length;
    const record = (data.bulk.history || {})[topic.id] || {}, past = record.rows || [], known = record.after || [], asked = $("fan-happened"), rows = [];
    if (asked) asked.closest("label").hidden = !known.length; // no record after the origin, no switch
    const after = asked && asked.checked ? known : [];
    for (const plan of facts.plans) {
      for (const [date, observed] of past) rows.push({ date, plan: plan.title, observed });
      for (const [date, happened] of after) rows.push({ date, plan: plan.title, happened });
      rows.push(...rowsOf(levels[plan.id], plan.title));
    }
    const style = topic.percent ? percent : figure;
    const said = `${topic.label}, ${topic.unit.replace("recorded deaths ", "")}, median of futures in the last week: ` + facts.plans.map((p) => `${p.title} ${style(array(levels[p.id])[3 * weeks - 1])}`).join(", ");
    const spec = facts.fan_charts[[past.length && "observed", after.length && "happened"].filter(Boolean).join("+")];
    const text = JSON.stringify(spec); // shares are shown in per cent
    chart("fan-chart", topic.percent ? JSON.parse(text.replaceAll('"format":",~f"', '"format":".0%"').replaceAll('",.3~r"', '".1%"')) : spec, rows, said, topic.label, topic.unit);
    $("fan-said").replaceChildren(...(topic.colour ? [swatch(topic.colour), " "] : []), said + ".");
    $("fan-history").textContent = [past.length && `Grey before the origin: as recorded by ${record.source}.`,
      after.length && `Dashed from the origin on: what ${record.source} recorded afterwards. Nobody knew it then${facts.fitted_before ? ", and nothing here was fitted to it" : ""}.`].filter(Boolean).join(" ");
    difference(topic);
  };
  const difference = (topic) => {
    const box = $("difference-chart");
    if (!box) return;
    const a = $("difference-a").value, b = $("difference-b").value, plan = (id) => facts.plans.find((p) => p.id === id).title;
    const pairs = facts.fans.pairs[topic.id];
    let ref = pairs[`${a}|${b}`], sign = 1;
    if (!ref) { ref = pairs[`${b}|${a}`]; sign = -1; }
    if (!ref) { box.replaceChildren(a === b ? "Choose two different plans." : "This pair was left out to keep the page small; drawdown plot draws it."); $("difference-said").textContent = ""; return; }
    let rows = rowsOf(ref, "");
    if (sign < 0) rows = rows.map((r) => { const m = (v) => (v == null ? null : -v); return { date: r.date, lo90: m(r.hi90), lo50: m(r.hi50), mid: m(r.mid), hi50: m(r.lo50), hi90: m(r.lo90) }; });
    const share = topic.difference.includes("share"), end = rows.filter((r) => r.mid != null).pop() || {}, style = (v) => (share ? `${Math.round((v || 0) * 100)} points` : figure(v));
    const said = `${topic.label}, ${plan(a)} minus ${plan(b)}, by the last week: median ${style(end.mid)}, nine futures in ten between ${style(end.lo90)} and ${style(end.hi90)}`.replaceAll("-", "−");
    const text = JSON.stringify(facts.difference_chart);
    chart("difference-chart", share ? JSON.parse(text.replaceAll('"format":"+,~f"', '"format":"+.0%"')) : facts.difference_chart, rows, said, `${plan(a)} minus ${plan(b)}`, topic.difference);
    $("difference-said").textContent = said + ".";
  };
  picker.addEventListener("change", draw);
  if ($("fan-happened")) $("fan-happened").addEventListener("change", draw);
  for (const id of ["difference-a", "difference-b"]) if ($(id)) $(id).addEventListener("change", () => difference(facts.fans.topics.find((t) => t.id === picker.value)));
  draw();
}
function endStates() {
  const flows = data.bulk.flows || {};
  const draw = (aspect) => {
    const flow = flows[aspect], said = `${flow.title} in the last year: ` + Object.entries(flow.final).map(([plan, shares]) => `${plan}: ` + Object.entries(shares).sort((a, b) => b[1] - a[1]).map(([c, s]) => `${c} ${percent(s)}`).join(", ")).join("; ");
    $("end-note").hidden = aspect !== "war";
    chart("end-chart", flow.chart, flow.rows, said, flow.title, null);
    const head = make("tr", {}, make("th", { scope: "col" }, "In the last year"), ...facts.plans.map((p) => make("th", { scope: "col", class: "num" }, p.title)));
    const body = flow.categories.map((c, i) => make("tr", {}, make("th", { scope: "row" }, swatchOf(flow.colours[i]), " ", c), ...facts.plans.map((p) => make("td", { class: "num" }, percent((flow.final[p.title] || {})[c] || 0)))));
    $("end-table").replaceChildren(make("table", {}, make("caption", {}, `${flow.title}, share of futures`), make("thead", {}, head), make("tbody", {}, ...body)));
  };
  const inputs = [...document.querySelectorAll("input[name=aspect]")];
  inputs.forEach((input) => input.addEventListener("change", () => draw(input.value)));
  if (inputs.length && flows[inputs[0].value]) draw(inputs[0].value);
}
function telling(sentences, other, parts) {
  const same = new Set((other || []).map((s) => s.join("|")));
  let marked = false;
  return make("ol", { class: "telling" }, ...sentences.map((s) => {
    if (s[2] === "month") return make("li", { class: "month" }, make("time", { datetime: s[0].slice(0, 7) }, new Date(s[0] + "T00:00:00Z").toLocaleDateString("en-GB", { month: "short", year: "numeric", timeZone: "UTC" })), make("span", {}, s[1]));
    const shared = other && other.length && same.has(s.join("|")) && (!parts || s[0] < parts);
    const first = parts && !marked && s[0].slice(0, 4) === parts.slice(0, 4) && s[2] !== "order" && !same.has(s.join("|")) && s[0] >= parts;
    if (first) marked = true;
    return make("li", { class: first ? "parts" : shared ? "same" : null }, make("time", { datetime: s[0] }, longDate(s[0]).replace(/ (\w{3})\w* /, " $1 ")), make("span", {}, first ? make("span", { class: "parting" }, "Here they part. ") : null, s[1]));
  }));
}
function chronicles() {
  const box = $("chronicle"), all = (data.bulk.chronicles || {}).chronicles || [];
  if (!box || !all.length) return;
  const titleOf = (id) => (facts.plans.find((p) => p.id === id) || { title: id }).title;
  const show = (c) => {
    const plan = (id) => facts.plans.find((p) => p.id === id);
    const head = make("p", {}, `Stands for ${percent(c.share)} of the futures under ${titleOf(c.plan)}${c.title ? ": " + c.title : ""}. `, c.other_plan ? (c.parts_at ? `What happens parts in the week of ${longDate(c.parts_at)}; until then only the orders differ.` : "Nothing that is told here ever parts.") : "");
    const titles = make("div", { class: "sidebyside" }, make("h3", {}, markOf(plan(c.plan)), `Future ${c.future}, ${titleOf(c.plan)}`),
      c.other_plan ? make("h3", {}, markOf(plan(c.other_plan)), `The same future, ${titleOf(c.other_plan)}`) : null);
    const every = [...new Set([...c.sentences, ...c.other_sentences].map((s) => s[0].slice(0, 4)))].sort(), inYear = (all, year) => all.filter((s) => s[0].startsWith(year));
    const years = every.map((year) => make("details", { class: "year", open: year === every[0] || (c.parts_at || "").startsWith(year) }, make("summary", {}, year),
      make("div", { class: "sidebyside" }, make("div", {}, make("p", { class: "whose" }, markOf(plan(c.plan)), titleOf(c.plan)), telling(inYear(c.sentences, year), c.other_sentences, c.parts_at)),
        c.other_plan ? make("div", {}, make("p", { class: "whose" }, markOf(plan(c.other_plan)), titleOf(c.other_plan)), telling(inYear(c.other_sentences, year), c.sentences, c.parts_at)) : null)));
    box.replaceChildren(head, titles, ...years);
  };
  const offer = (plan) => {
    const mine = all.filter((c) => c.plan === plan);
    const buttons = mine.map((c) => make("button", { type: "button", "aria-pressed": "false" }, make("b", {}, percent(c.share)), c.title || `future ${c.future}`));
    buttons.forEach((button, i) => button.addEventListener("click", () => { buttons.forEach((b) => b.setAttribute("aria-pressed", String(b === button))); show(mine[i]); }));
    $("medoids").replaceChildren(...buttons.map((b) => make("li", {}, b)));
    if (buttons.length) buttons[0].click(); else box.replaceChildren(make("p", { class: "small" }, "No chronicle was told under this plan."));
  };
  document.querySelectorAll("input[name=chronicle-plan]").forEach((input) => input.addEventListener("change", () => offer(input.value)));
  offer((document.querySelector("input[name=chronicle-plan]") || { value: facts.plans[0].id }).value);
}
function dumbbells(box, claim) {
  const rows = facts.drivers[claim] || [];
  if (!rows.length) { box.replaceChildren(make("p", { class: "small" }, `What moves this claim: ${facts.unmoved[claim]}.`)); return; }
  const low = Math.min(...rows.flatMap((r) => [r.low, r.high])), high = Math.max(...rows.flatMap((r) => [r.low, r.high]));
  const x = (v) => 20 + (260 * (v - low)) / (high - low || 1);
  box.replaceChildren(make("p", { class: "small" }, "Probability of the claim, all plans together: open circle where the number is in its lowest third, full circle in its highest (for a hypothesis, under the two options farthest apart)."),
    ...rows.map((r) => {
      const name = r.name.replace("hypothesis:", ""), said = `${name}: ${percent(r.low)} (${r.low_when}) to ${percent(r.high)} (${r.high_when})`;
      const label = make("div", {}, make("code", {}, name), r.grade === "hypothesis" ? make("div", { class: "small" }, `○ ${r.low_when} ● ${r.high_when}`) : null);
      const left = Math.min(r.low, r.high) === r.low;
      return make("div", { class: "row" }, label, make("svg", { viewBox: "0 0 300 34", role: "img", "aria-label": said, preserveAspectRatio: "xMidYMid meet" },
        make("line", { x1: x(r.low), x2: x(r.high), y1: 12, y2: 12 }), make("circle", { class: "lo", cx: x(r.low), cy: 12, r: 5 }), make("circle", { class: "hi", cx: x(r.high), cy: 12, r: 5 }),
        make("text", { x: x(r.low), y: 31, "text-anchor": left ? "start" : "end" }, percent(r.low)), make("text", { x: x(r.high), y: 31, "text-anchor": left ? "end" : "start" }, percent(r.high))),
      make("span", { class: `grade g${r.grade}` }, r.grade === "hypothesis" ? "rival" : r.grade ? `grade ${r.grade}` : "–"));
    }));
}
function claimRows() {
  for (const button of document.querySelectorAll("tr.claim button")) button.addEventListener("click", () => {
    const detail = $(button.getAttribute("aria-controls")), open = detail.hidden;
    detail.hidden = !open; button.setAttribute("aria-expanded", String(open));
    const box = detail.querySelector(".drivers-here");
    if (open && box && !box.childNodes.length) { box.classList.add("dumbbells"); dumbbells(box, box.dataset.claim); box.prepend(make("h4", {}, "What moves it")); }
  });
}
function why() {
  const picker = $("why-claim");
  if (!picker) return;
  picker.addEventListener("change", () => dumbbells($("why-chart"), picker.value));
  const first = [...picker.options].find((o) => (facts.drivers[o.value] || []).length);
  if (first) picker.value = first.value;
  dumbbells($("why-chart"), picker.value);
}
function numbers() {
  const body = document.querySelector("#numbers tbody"), search = $("number-search");
  if (!body) return;
  const rows = (data.bulk.numbers || []).map(([name, under, best, low, high, drawn, undrawn, why, unit, source, locator, grade, known, note, of]) => {
    const cite = [source, locator].filter(Boolean).join(", ");
    const detail = [note, known && `known on ${known}`, of === "model" ? "mechanism's default" : of === "loader" ? "filled in by the loader" : ""].filter(Boolean).join("; ");
    const label = under ? make("th", { scope: "row", class: "under" }, make("code", { class: "vh" }, name), "under ", make("code", {}, under)) : make("th", { scope: "row" }, make("code", {}, name));
    const row = make("tr", {}, label, make("td", { class: "num", "data-is": "best stated" }, figure(best)), make("td", { class: "num", "data-is": "5% to 95% stated" }, low == null ? "one value" : `${figure(low)} to ${figure(high)}`),
      make("td", { class: "num", "data-is": "5 · 50 · 95% drawn" }, drawn ? drawn.map(figure).join(" · ") : undrawn), make("td", { "data-is": "unit" }, unit), make("td", { "data-is": "grade" }, make("span", { class: `grade g${grade}` }, grade)),
      make("td", {}, why ? make("b", { class: "small why" }, why) : null, why && (cite || detail) ? make("br") : null, cite, cite && detail ? make("br") : null, make("span", { class: "small" }, detail)));
    return [row, `${name} ${under} ${unit} ${cite} ${note} ${why} grade ${grade} ${of}`.toLowerCase()];
  });
  body.replaceChildren(...rows.map(([row]) => row));
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = search.value.toLowerCase().match(/grade [abcd]/);
    let count = 0;
    for (const [row, text] of rows) { const hit = words.every((w) => text.includes(w)) && (!wanted || text.includes(wanted[0])); row.hidden = !hit; count += hit; }
    $("number-count").textContent = search.value ? `${count.toLocaleString("en-GB")} found` : "";
  };
  search.addEventListener("input", filter);
}
function theme() {
  const button = $("theme"), system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  const apply = () => {
    document.documentElement.dataset.theme = chosen || (system.matches ? "dark" : "light");
    button.setAttribute("aria-label", `Colours: ${chosen || "as the system"}`); button.title = `Colours: ${chosen || "as the system"}`;
    listeners.forEach((run) => run());
    for (const redraw of [...embedded.values()]) redraw();
  };
  button.addEventListener("click", () => { chosen = chosen === null ? (system.matches ? "light" : "dark") : chosen === "dark" ? "light" : "dark"; apply(); });
  system.addEventListener("change", apply); apply();
}
function navigation() {
  const links = [...document.querySelectorAll("nav.sections a")];
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) links.forEach((a) => (a.getAttribute("href") === "#" + entry.target.id ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current")));
  }, { rootMargin: "-20% 0px -70% 0px" });
  document.querySelectorAll("main > section").forEach((s) => seen.observe(s));
}
let wide = 0, pending = null;
addEventListener("resize", () => { clearTimeout(pending); pending = setTimeout(() => { if (Math.abs(innerWidth - wide) > 60) { wide = innerWidth; for (const redraw of [...embedded.values()]) redraw(); } }, 200); });
document.addEventListener("DOMContentLoaded", async () => {
  wide = innerWidth; theme(); claimRows(); navigation();
  [data.bytes, data.bulk] = await Promise.all([unzip("pack"), unzip("bulk").then((b) => JSON.parse(new TextDecoder().decode(b)))]);
  startMap(); why(); chronicles(); numbers(); fansSection(); endStates();
  document.documentElement.dataset.ready = "true";
});
