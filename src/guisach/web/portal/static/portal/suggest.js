// What the search box may mean while somebody types. Every page works without this file.
const input = document.querySelector("form[role=search] input[type=search]");
const form = input?.form, url = form?.dataset.suggest;
if (url && !navigator.connection?.saveData) {
  const list = Object.assign(document.createElement("ul"), { id: "suggestions", className: "suggestions", hidden: true });
  let at = -1, timer, asking, shownFor = "";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.suggestLabel);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]])
    input.setAttribute(name, value);
  form.append(list);
  const close = () => { list.hidden = true; pick(-1); input.setAttribute("aria-expanded", "false"); };
  function pick(next) {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = next;
    const chosen = list.children[at];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
  }
  function show(found) {
    pick(-1);
    list.replaceChildren(...found.map((one, n) => {
      const line = Object.assign(document.createElement("li"), { id: `suggestion-${n}`, textContent: one.text });
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      line.dataset.href = one.href;
      if (one.note) line.append(" ", Object.assign(document.createElement("small"), { textContent: one.note }));
      return line;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }
  async function ask() {
    const q = input.value.trim();
    asking?.abort();
    if (q.length < 2) return close();
    if (q === shownFor && !list.hidden) return;
    asking = new AbortController();
    try {
      const answer = await fetch(`${url}?${new URLSearchParams({ q })}`, { signal: asking.signal });
      if (answer.ok) { show((await answer.json()).suggestions); shownFor = q; }
    } catch { /* no network, or typed on: the form still works */ }
  }
  close();
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 160); });
  input.addEventListener("blur", () => { clearTimeout(timer); asking?.abort(); close(); });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    else if (step && list.hidden) ask();
    else if (step) { event.preventDefault(); const n = list.children.length + 1; pick((at + 1 + step + n) % n - 1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); location.href = list.children[at].dataset.href; }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const line = event.target.closest("li"); if (line) location.href = line.dataset.href; });
}
