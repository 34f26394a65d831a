using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Draws.Drawing;
using LifeCircle.Venues.Draws.Entries;

namespace LifeCircle.Venues.Draws;

public static class DrawEndpoints
{
    private const string HowToCheck = """
        Once entries have ended, it shows the list of entries and its hash; once the lots are drawn, the seed and who got what. To check it: (1) SHA-256 of `seed` is
        `commitment`. (2) For each entry, write its `id` in lower case, `;`, its `party_size`, `;`, its `preferences` joined by `,`, and a line feed; sort these lines; SHA-256 of
        all of them together is `entropy`. (3) The key of an entry is HMAC-SHA256 under the 32 bytes of `seed` over the 32 bytes of `entropy` and the 36 characters of its `id`;
        sorted by key, the entries are in the order of `place`. (4) Begin with the `places` of every slot. In that order, each entry gets the first slot it wants of which
        enough is left (`party_size` places where the field is booked by headcount, else 1), except those whose outcome is `barred`: there the person was banned, had as many
        bookings as are allowed, or another one at that time, which is for the person alone to see.
        """;

    internal static MessagingBuilder AddDraws(this MessagingBuilder consumers) => consumers.AddConsumer<DrawDueConsumer>();

    public static void AddDraws(this WebApplicationBuilder builder) => builder.Services.AddHostedService<DrawSweep>();

    public static void MapDraws(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/venues/v1/schools/{id:guid}/draws", AnnounceDraw.Handle).WithName("announceDraw").WithTags("Draws")
            .WithSummary("Announces a draw of lots for slots; until then nobody can book them.")
            .RequireScope("venues.manage").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);

        var draws = routes.MapGroup("/venues/v1/draws").WithTags("Draws");

        draws.MapGet("/", ListDraws.Handle).WithName("listDraws").WithSummary("Draws, in the order in which they were announced.")
            .RequireScope("venues.read");
        draws.MapGet("/{id:guid}", ListDraws.One).WithName("getDraw").WithSummary("One draw.").RequireScope("venues.read").Problems(404);
        draws.MapGet("/{id:guid}/result", DrawResult.Handle).WithName("getDrawResult")
            .WithSummary("All that is needed to compute the draw again; by lots, without any person.").WithDescription(HowToCheck)
            .RequireScope("venues.read").Problems(404, 409);
        draws.MapPost("/{id:guid}/cancel", CancelDraw.Handle).WithName("cancelDraw")
            .WithSummary("Calls a draw off before the lots are drawn; entries end, and its slots can be booked by everybody.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 422, 428);

        draws.MapPost("/{id:guid}/entries", EnterDraw.Handle).WithName("enterDraw")
            .WithSummary("A person enters a draw, with up to five slots wanted; the first entry has no better chance than the last.")
            .RequireScope("bookings.write").WithIdempotency<VenuesDbContext>().Problems(404, 409, 422);
        draws.MapGet("/{id:guid}/entries", ListEntries.Handle).WithName("listDrawEntries").WithSummary("Entries of a draw.")
            .RequireScope("bookings.read").Problems(404);
        draws.MapGet("/{id:guid}/entries/{entryId:guid}", ListEntries.One).WithName("getDrawEntry").WithSummary("One entry, and what became of it.")
            .RequireScope("bookings.read").Problems(404);
        draws.MapPost("/{id:guid}/entries/{entryId:guid}/withdraw", WithdrawEntry.Handle).WithName("withdrawDrawEntry")
            .WithSummary("Takes an entry back, until entries end.")
            .RequireScope("bookings.write").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 428);
    }
}
