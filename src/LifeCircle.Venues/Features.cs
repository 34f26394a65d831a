using LifeCircle.Messaging;
using LifeCircle.Venues.Availability;
using LifeCircle.Venues.Bookings;
using LifeCircle.Venues.Calendars;
using LifeCircle.Venues.Changes;
using LifeCircle.Venues.Closures;
using LifeCircle.Venues.Companions;
using LifeCircle.Venues.Draws;
using LifeCircle.Venues.Feeds;
using LifeCircle.Venues.Fields;
using LifeCircle.Venues.Gate;
using LifeCircle.Venues.Hours;
using LifeCircle.Venues.Persons;
using LifeCircle.Venues.Schools;
using LifeCircle.Venues.Series;
using LifeCircle.Venues.Terms;
using LifeCircle.Venues.Use;
using LifeCircle.Venues.Waitlists;

namespace LifeCircle.Venues;

/// <summary>All features of the service, a folder each.</summary>
internal static class Features
{
    public static void AddFeatures(this WebApplicationBuilder builder)
    {
        builder.AddSchools();
        builder.AddAvailability();
        builder.AddBookings();
        builder.AddUse();
        builder.AddFeeds();
        builder.AddDraws();
    }

    public static void AddFeatures(this MessagingBuilder consumers) => consumers.AddClosures().AddBookings().AddWaitlists().AddDraws();

    public static void MapFeatures(this IEndpointRouteBuilder routes)
    {
        routes.MapSchools();
        routes.MapFields();
        routes.MapCalendars();
        routes.MapHours();
        routes.MapTerms();
        routes.MapClosures();
        routes.MapAvailability();
        routes.MapBookings();
        routes.MapDraws();
        routes.MapWaitlists();
        routes.MapSeries();
        routes.MapGate();
        routes.MapPersons();
        routes.MapCompanions();
        routes.MapFeeds();
        routes.MapChanges();
    }
}
