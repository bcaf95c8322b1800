/* Shows what the push service brings, and opens the page it is about. */
self.addEventListener("push", (event) => {
  const notice = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification("职等你来", { body: notice.text, tag: notice.id, data: notice.link }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data || "/me/notices", self.location.origin);
  event.waitUntil(self.clients.openWindow(link.origin === self.location.origin ? link.href : "/"));
});
