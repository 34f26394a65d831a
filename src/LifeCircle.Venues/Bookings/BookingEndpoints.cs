using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Bookings.Making;

namespace LifeCircle.Venues.Bookings;

public static class BookingEndpoints
{
    internal static void AddBookings(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<BookTogether>().AddSingleton<BookingDesk>().AddHostedService<BookingSweep>();

    internal static MessagingBuilder AddBookings(this MessagingBuilder consumers) => consumers.AddConsumer<BookingDueConsumer>();

    public static void MapBookings(this IEndpointRouteBuilder routes)
    {
        var bookings = routes.MapGroup("/venues/v1/bookings").WithTags("Bookings");

        bookings.MapPost("/", BookSlot.Handle).WithName("bookSlot").WithSummary("Books a slot, or holds it for some minutes. Whoever comes first has it.")
            .RequireScope("bookings.write").WithIdempotencyTogether<BookingAnswer>().Problems(404, 409, 422);
        bookings.MapGet("/", ListBookings.Handle).WithName("listBookings").WithSummary("Bookings, by when they begin.")
            .RequireScope("bookings.read");
        bookings.MapGet("/{id:guid}", ListBookings.One).WithName("getBooking").WithSummary("One booking.")
            .RequireScope("bookings.read").Problems(404);
        bookings.MapPost("/{id:guid}/confirm", ConfirmBooking.Handle).WithName("confirmBooking")
            .WithSummary("A hold becomes a booking, or waits for the school where that decides.")
            .RequireScope("bookings.write").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 422, 428);
        bookings.MapPost("/{id:guid}/cancel", CancelBooking.Handle).WithName("cancelBooking")
            .WithSummary("Gives a booking back; later than the school allows, it counts as unused.")
            .RequireScope("bookings.write").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 428);
        bookings.MapPost("/{id:guid}/move", MoveBooking.Handle).WithName("moveBooking")
            .WithSummary("Another slot, unit or number of persons at the same school; what was booked is kept until the other is there.")
            .RequireScope("bookings.write").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 422, 428);
        bookings.MapPost("/{id:guid}/approve", ApproveBooking.Handle).WithName("approveBooking").WithSummary("The school agrees.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 428);
        bookings.MapPost("/{id:guid}/reject", RejectBooking.Handle).WithName("rejectBooking")
            .WithSummary("The school does not take a booking, or cannot keep it; without penalty.")
            .RequireScope("venues.manage").WithTransaction<VenuesDbContext>().Problems(404, 409, 412, 422, 428);
    }
}
