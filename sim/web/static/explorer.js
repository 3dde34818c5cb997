// What scripts add to pages that work without them: values beside sliders, short addresses,
// progress that moves, a run told step by step.

for (const slider of document.querySelectorAll("input[type=range]")) {
  const shown = slider.nextElementSibling;
  const step = Number(slider.dataset.step);
  slider.addEventListener("input", () => {
    // as packaged where that is as near as a step
    const original = Number(slider.dataset.original);
    let value = Math.round(Number(slider.value) / step) * step;
    if (Math.abs(Number(slider.value) - original) < step / 2) value = original;
    slider.value = value;
    shown.textContent = String(Number(value.toPrecision(6)));
  });
  slider.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const value = Number(slider.value) + moves[event.key] * step;
    slider.value = Math.min(Number(slider.max), Math.max(Number(slider.min), value));
    slider.dispatchEvent(new Event("input"));
  });
}

const job = document.querySelector("[data-job]");
if (job) {
  const status = job.querySelector("[role=status]");
  const bar = job.querySelector("progress");
  const look = async () => {
    const answer = await fetch(job.dataset.job);
    if (!answer.ok) return location.reload();
    const told = await answer.json();
    if (told.ended) return location.reload();
    const share = told.total ? `: ${told.done} ${job.dataset.of} ${told.total}` : "";
    status.textContent = job.dataset[told.state] + share;
    bar.max = told.total || 1;
    bar.value = told.done;
    setTimeout(look, 500);
  };
  setTimeout(look, 300);
}

const steps = document.querySelector("[data-steps]");
if (steps) {
  const periods = [...document.querySelectorAll("[data-period]")];
  const status = steps.querySelector("[role=status]");
  const ending = document.querySelector("[data-ending]");
  let shown = periods.length;
  const show = (number, move) => {
    shown = Math.min(periods.length, Math.max(1, number));
    periods.forEach((period, i) => { period.hidden = i >= shown; });
    ending.hidden = shown < periods.length;
    status.textContent = `${shown} / ${periods.length}`;
    const last = Number(periods[shown - 1].dataset.last);
    document.dispatchEvent(new CustomEvent("turn", { detail: last }));
    if (move) periods[shown - 1].scrollIntoView({ block: "center" });
  };
  for (const button of steps.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      if (button.dataset.step === "all") show(periods.length, false);
      else show(shown + Number(button.dataset.step), true);
    });
  }
  steps.hidden = false;
  show(1, false);
}
