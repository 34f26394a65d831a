using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>An amount of money.</summary>
public sealed record Amount([Between(0.01, 1000.5)] decimal Yuan);

public sealed record Filter([FromQuery(Name = "how_soon")] Urgency? HowSoon);

/// <summary>Routes for what no order can show.</summary>
public static class Oddities
{
    public static void MapOddities(this IEndpointRouteBuilder routes)
    {
        MapFaulty(routes, routes.ServiceProvider.GetRequiredService<IConfiguration>()["Orders:Route"]);

        var odd = routes.MapGroup("/orders/v1/odd").ExcludeFromDescription().RequireScope("orders.read");
        odd.MapPost("/check", (PlaceOrderRequest request) => TypedResults.Ok(request));
        odd.MapPost("/amount", (Amount amount) => TypedResults.Ok(amount));
        odd.MapPost("/anything", (JsonElement anything) => TypedResults.Ok(anything.ValueKind));
        odd.MapGet("/number/{number:int}", (int number) => number);
        odd.MapGet("/days/{day}", (DateOnly day, [FromQuery(Name = "first_word")] string firstWord) => $"{day} {firstWord}");
        odd.MapGet("/status/{status:int}", (int status) => TypedResults.StatusCode(status));
        odd.MapPost("/refusal", async Task<IResult> (PlaceOrderRequest request, OrdersDbContext db, CancellationToken cancel) =>
        {
            db.Add(new Order { Reference = request.Reference, DivisionCode = request.DivisionCode, Urgency = request.Urgency });
            await db.SaveChangesAsync(cancel);
            return TypedResults.Conflict();
        }).WithTransaction<OrdersDbContext>();
        odd.MapGet("/broken", string () => throw new InvalidOperationException("a secret"));
        odd.MapGet("/calendars/{token}.ics", string (string token) => throw new InvalidOperationException($"{token.Length} characters"));
        odd.MapGet("/slow", async (CancellationToken cancel) => await Task.Delay(Timeout.Infinite, cancel));
        odd.MapGet("/moment", (DateTimeOffset at) => $"{at:O}");
        odd.MapGet("/filter", ([AsParameters] Filter filter) => $"{filter.HowSoon}");
        odd.MapGet("/caller", (Caller caller) =>
            TypedResults.Ok(new { caller.ClientId, caller.OperatorId, caller.DivisionCode, Scopes = caller.Scopes.Order() }));
    }

    private static void MapFaulty(IEndpointRouteBuilder routes, string? fault)
    {
        if (fault is null) return;
        var route = routes.MapGet($"/orders/v1/odd/{fault}", () => "a secret").ExcludeFromDescription();
        if (fault == "open-and-closed") route.RequireScope("orders.read").AllowAnonymous();
        if (fault == "closed-twice") route.RequireScope("orders.read").RequireScope("orders.write");
    }
}
