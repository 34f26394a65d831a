namespace LifeCircle.Operators.Clients;

/// <summary>What a client can be granted, <c>resource.action</c>; a new service adds its own here.</summary>
internal static class GrantableScopes
{
    /// <summary>What the clients of every approved third party may do; more comes with its kinds of service.</summary>
    public static readonly string[] OfEveryOperator =
    [
        "facilities.read", "operators.read", "operators.write", "credentials.manage", "offerings.read", "offerings.write", "webhooks.manage",
        "venues.read", "bookings.read", "bookings.write",
    ];

    public static readonly string[] All =
    [
        "facilities.write", "facilities.import", "operators.review", "operators.reveal", "care.fulfil", "jobs.train", "jobs.post",
        "venues.manage", "bookings.gate", "bookings.reveal", .. OfEveryOperator,
    ];
}
