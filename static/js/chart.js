// Draws the figures of a page when they come into view. The page is complete without them:
// each has its sentence, its numbers and its CSV.
const CONFIG = {
  showSendToCloud: false, plotlyServerURL: "", displaylogo: false, displayModeBar: false,
  responsive: true, scrollZoom: false, doubleClick: false,
};
const source = document.getElementById("chart-script").dataset.plotly;
const drawn = new Map();
let library = null;

function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { library = null; reject(new Error("The chart library did not load.")); };
    document.head.append(script);
  });
  return library;
}

// "var(--ink)" becomes the colour that the page shows now.
function coloured(value, style) {
  if (typeof value === "string") {
    const name = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
    return name ? resolved(style.getPropertyValue(name).trim()) : value;
  }
  if (Array.isArray(value)) return value.map((one) => coloured(one, style));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one, style)]));
  return value;
}

// light-dark(a, b) is resolved by asking the browser what colour it draws.
function resolved(colour) {
  probe.style.color = colour;
  return getComputedStyle(probe).color;
}
const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

async function draw(figure) {
  const plot = figure.querySelector(".chart-plot");
  const error = figure.querySelector(".chart-error");
  try {
    let content = drawn.get(figure);
    if (!content) {
      const [answer] = await Promise.all([
        fetch(figure.dataset.chart, { headers: { Accept: "application/json" } }),
        plotly(),
      ]);
      if (!answer.ok || answer.redirected) throw new Error(`The figure answered ${answer.status}.`);
      content = await answer.json();
      drawn.set(figure, content);
    }
    const height = Number(figure.querySelector(".chart-room").getAttribute("height"));
    const style = getComputedStyle(document.documentElement);
    const layout = { ...content.layout, height, font: { ...content.layout.font, family: style.getPropertyValue("--sans").trim() } };
    figure.classList.add("drawn");
    await (await plotly()).react(plot, coloured(content.data, style), coloured(layout, style), CONFIG);
    error.hidden = true;
    if (!plot.dataset.listens) {
      plot.dataset.listens = "1";
      plot.on("plotly_click", ({ points }) => go(points[0]));
    }
  } catch (problem) {
    figure.classList.remove("drawn");
    error.hidden = false;
    console.warn(problem.message);
  }
}

// A bar opens the rows behind it; its address is a path of ours.
function go(point) {
  const address = point?.customdata;
  if (typeof address === "string" && address.startsWith("/") && !address.startsWith("//")) location.assign(address);
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "200px" });

function watch() {
  for (const figure of document.querySelectorAll("[data-chart]:not([data-watched])")) {
    figure.dataset.watched = "1";
    seen.observe(figure);
  }
}

document.addEventListener("click", (event) => {
  const figure = event.target.closest("[data-again]")?.closest("[data-chart]");
  if (figure) draw(figure);
});
document.addEventListener("htmx:afterSettle", watch);
const again = () => { for (const figure of drawn.keys()) if (figure.isConnected) draw(figure); };
addEventListener("themechange", again);
// On paper two figures stand beside each other, whatever the width of the window was.
const width = (value) => { for (const figure of drawn.keys()) window.Plotly?.relayout(figure.querySelector(".chart-plot"), value); };
addEventListener("beforeprint", () => width({ width: 500 }));
addEventListener("afterprint", () => width({ width: null, autosize: true }));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
watch();
