// Links from before each list had its own page named an item of the ten: /readiness/#item-latency.
const home = document.querySelector("[data-item-list]");
if (home && location.hash.startsWith("#item-") && !document.getElementById(location.hash.slice(1))) {
  location.replace(home.dataset.itemList + location.hash);
}
