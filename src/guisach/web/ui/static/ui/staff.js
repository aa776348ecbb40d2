// Staff pages: scans that are never lost, shortcut keys, sounds. Every page works without this file.
const $ = (selector, root = document) => root.querySelector(selector);
const typing = (el) => el?.matches?.("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");

// ── sounds: high and short = done; low and twice = look here ──
let audio;
function beep(kind) {
  if (localStorage.quiet) return;
  audio ||= new AudioContext();
  for (const [from, pitch] of kind === "look" ? [[0, 300], [0.2, 220]] : [[0, 1050]]) {
    const tone = audio.createOscillator(), level = audio.createGain(), at = audio.currentTime + from;
    tone.type = kind === "look" ? "square" : "sine";
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0.15, at);
    level.gain.exponentialRampToValueAtTime(0.001, at + 0.15);
    tone.connect(level).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.16);
  }
}

function focus(root = document) {
  const field = $("[data-autofocus]", root) || $("[data-scan] [data-autofocus]");
  if (field && !$("dialog[open]")) { field.focus(); field.select?.(); }
}

const toasts = $("#toasts");
function toast(kind, text) {
  $(`[data-kind=${kind}]`, toasts)?.remove();
  if (text) {
    const box = Object.assign(document.createElement("div"), { className: "notice notice--look", textContent: text });
    box.dataset.kind = kind;
    box.onclick = () => box.remove();
    toasts.append(box);
    beep("look");
  }
}

// ── scans: a reader types faster than a line answers. Each scan waits its turn with an id of its own,
//    and one that got no answer is sent again with the same id, so it counts once ──
function newId() { // UUIDv7; crypto.randomUUID is missing on plain http
  const b = crypto.getRandomValues(new Uint8Array(16));
  let t = Date.now();
  for (let i = 5; i >= 0; i--, t = Math.floor(t / 256)) b[i] = t % 256;
  b[6] = 0x70 | (b[6] & 15);
  b[8] = 0x80 | (b[8] & 63);
  return [...b].map((x) => x.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
const waiting = [];
let sending = false;
async function send() {
  if (sending) return;
  for (sending = true; waiting.length; ) {
    const { form, values, code } = waiting[0];
    let status = 0;
    form.noValidate = true; // its box is empty again already
    const note = (event) => (status = event.detail.xhr.status);
    form.addEventListener("htmx:afterRequest", note);
    await htmx.ajax("POST", form.action, { source: form, target: form.dataset.target, swap: form.dataset.swap, values }).catch(() => {});
    form.removeEventListener("htmx:afterRequest", note);
    if (!status || status >= 500) break;
    waiting.shift();
    if (status >= 400 && status !== 409 && status !== 422) {
      toast("failed", `${toasts.dataset.failed} (${code})`);
      $("[data-autofocus]", form).value ||= code;
    }
  }
  sending = false;
  toast("offline", waiting.length && `${toasts.dataset.offline} (${waiting.map((w) => w.code).join(", ")})`);
  if (waiting.length) setTimeout(send, 5000);
}
addEventListener("online", send);
addEventListener("beforeunload", (event) => waiting.length && event.preventDefault());
addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-scan]");
  if (!form || !window.htmx) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const field = $("[data-autofocus]", form), op = $("[data-op]", form), code = field.value.trim();
  if (!code) return;
  toast("failed");
  if (op) op.value = newId();
  waiting.push({ form, code, values: Object.fromEntries(new FormData(form)) });
  field.value = "";
  field.focus();
  send();
}, true);

// ── htmx: sounds, focus back to the scan box, failures said aloud ──
addEventListener("htmx:afterSettle", (event) => {
  const loud = event.detail.elt.matches?.("[data-sound]") ? event.detail.elt : $("[data-sound]", event.detail.elt);
  if (loud) { beep(loud.dataset.sound); loud.removeAttribute("data-sound"); }
  if (!typing(document.activeElement) || $("[data-autofocus]", event.detail.elt)) focus(event.detail.elt);
});
for (const name of ["htmx:responseError", "htmx:sendError"]) addEventListener(name, (event) => event.target.matches("[data-scan]") || toast("failed", toasts.dataset.failed));

// ── keys: what an element declares in aria-keyshortcuts presses it, or puts the cursor in it ──
addEventListener("keydown", (event) => {
  const name = (event.altKey ? "Alt+" : "") + (event.ctrlKey ? "Control+" : "") + (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  if (typing(event.target) && event.key.length === 1 && !event.altKey && !event.ctrlKey) return;
  const goal = $(`[aria-keyshortcuts~="${CSS.escape(name)}"]`);
  if (!goal) return;
  event.preventDefault();
  if (typing(goal)) { goal.focus(); goal.select?.(); } else goal.click();
});

// ── small helps: tick all, sound on and off ──
addEventListener("change", ({ target }) => {
  const name = target.dataset.checkAll;
  if (name) for (const box of target.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) box.checked = target.checked;
});
for (const button of document.querySelectorAll("[data-mute]")) {
  button.hidden = false;
  const show = () => button.setAttribute("aria-pressed", String(!localStorage.quiet));
  button.onclick = () => { localStorage.quiet ? delete localStorage.quiet : (localStorage.quiet = "1"); show(); };
  show();
}

const loud = $("[data-sound]");
if (loud && navigator.userActivation?.hasBeenActive) beep(loud.dataset.sound);
focus();
