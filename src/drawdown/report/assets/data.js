"use strict";
// Opens the page's data: facts at once, arrays and long tables when the browser has unzipped them.
const facts = JSON.parse(document.getElementById("facts").textContent);
const data = { bytes: null, bulk: null };

async function unzip(id) {
  const text = document.getElementById(id).textContent;
  const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const opened = new Map();
// The array that a reference names: undo the byte split, the zigzag and the differences, then scale. Flat; the last axis runs fastest.
function array(ref) {
  const known = opened.get(ref);
  if (known) return known;
  const size = ref.shape.reduce((a, b) => a * b, 1), last = ref.shape[ref.shape.length - 1] || 1;
  const out = new Float32Array(size), step = (ref.hi - ref.lo) / ref.top;
  for (let i = 0, code = 0; i < size; i++) {
    if (i % last === 0) code = 0;
    const z = data.bytes[ref.at + i] + (ref.wide ? data.bytes[ref.at + size + i] << 8 : 0);
    code += (z >>> 1) ^ -(z & 1);
    out[i] = code === ref.top + 1 ? NaN : ref.lo + code * step;
  }
  opened.set(ref, out);
  return out;
}

const $ = (id) => document.getElementById(id);
const make = (tag, attributes = {}, ...children) => {
  const node = /^(svg|path|line|rect|circle|text|g|title|pattern|defs|polyline)$/.test(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) if (value != null && value !== false) node.setAttribute(key, value === true ? "" : value);
  node.append(...children.filter((c) => c != null));
  return node;
};
const percent = (p) => (Number.isNaN(p) || p == null ? "unknown" : p > 0 && p < 0.005 ? "under 1%" : `${Math.round(p * 100)}%`);
const figure = (v) => (v == null || Number.isNaN(v) ? "unknown" : Math.abs(v) >= 1000 ? Number(v.toPrecision(3)).toLocaleString("en-GB") : String(Number(v.toPrecision(3))));
const longDate = (iso) => new Date(iso + "T00:00:00Z").toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const isDark = () => document.documentElement.dataset.theme === "dark";
const planColour = (p) => `--c:${p.colour};--d:${p.dark}`;
function markOf(plan) {
  const found = document.querySelector(`ul.plans li:nth-child(${facts.plans.indexOf(plan) + 1}) svg`);
  const copy = found ? found.cloneNode(true) : make("span");
  copy.setAttribute("width", 12); copy.setAttribute("height", 12);
  return copy;
}
const listeners = [];
const onTheme = (run) => listeners.push(run);
