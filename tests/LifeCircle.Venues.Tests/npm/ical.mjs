// Reads a calendar from the standard input with ical.js and writes its entries as JSON.
import ICAL from "ical.js";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const calendar = new ICAL.Component(ICAL.parse(text));
const zone = calendar.getFirstSubcomponent("vtimezone");
ICAL.TimezoneService.register(zone);
const plain = (component, name) => component.getFirstPropertyValue(name)?.toString() ?? null;
console.log(JSON.stringify({
  version: plain(calendar, "version"),
  product: plain(calendar, "prodid"),
  zone: plain(zone, "tzid"),
  events: calendar.getAllSubcomponents("vevent").map(component => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      stamp: component.getFirstPropertyValue("dtstamp").toJSDate().toISOString(),
      modified: component.getFirstPropertyValue("last-modified").toJSDate().toISOString(),
      from: event.startDate.toJSDate().toISOString(),
      until: event.endDate.toJSDate().toISOString(),
      zone: component.getFirstProperty("dtstart").getParameter("tzid"),
      sequence: event.sequence,
      status: plain(component, "status"),
      transp: plain(component, "transp"),
      summary: event.summary,
      description: event.description,
      location: event.location,
    };
  }),
}));
