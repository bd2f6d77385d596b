// Keeps the day's list, and what it looks like, for a telephone without a network. Nothing else is kept, and it is forgotten at sign-out.
"use strict";
const KEPT = "portail-aujourdhui";
const LIST = "/mon-comite/aujourdhui";
const isList = (url) => url.origin === location.origin && url.pathname === LIST;
const isOurs = (url) => url.origin === location.origin && url.pathname.startsWith("/static/");
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
const keep = async (request, answer) => {
  const kept = await caches.open(KEPT);
  if (answer.ok && !answer.redirected) await kept.put(request, answer.clone());
  else if (answer.redirected) await caches.delete(KEPT);
  return answer;
};
// The newest there is; what was kept where there is no network.
const list = async (request) => {
  const address = LIST;
  try { return await keep(address, await fetch(request)); } catch {
    return (await (await caches.open(KEPT)).match(address)) || Response.error();
  }
};
// Addresses change with the content: what is kept is right.
const file = async (request) => {
  const found = await caches.match(request);
  if (found) return found;
  return keep(request, await fetch(request));
};
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  if (isList(url) && event.request.headers.get("X-Fresh") !== "1") event.respondWith(list(event.request));
  else if (isOurs(url)) event.respondWith(file(event.request));
});
