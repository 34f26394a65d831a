using LifeCircle.ServiceDefaults;

namespace LifeCircle.Venues.Series;

public static class SeriesEndpoints
{
    public static void MapSeries(this IEndpointRouteBuilder routes)
    {
        var series = routes.MapGroup("/venues/v1/series").WithTags("Series");

        series.MapPost("/", BookSeries.Handle).WithName("bookSeries")
            .WithSummary("Books the same time of several days, such as every Tuesday of a season: all or what can be had. With dry_run, only says what would be booked.")
            .RequireScope("bookings.write").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);
        series.MapGet("/", ListSeries.Handle).WithName("listSeries").WithSummary("Recurring bookings, by when they were made.")
            .RequireScope("bookings.read");
        series.MapGet("/{id:guid}", GetSeries.Handle).WithName("getSeries").WithSummary("A recurring booking with its occurrences.")
            .RequireScope("bookings.read").Problems(404);
        series.MapPost("/{id:guid}/cancel", CancelSeries.Handle).WithName("cancelSeries").WithSummary("Gives back all occurrences that are to come.")
            .RequireScope("bookings.write").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 428);
    }
}
