using System.Text.Json.Nodes;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>Orders to be placed.</summary>
public static class Sample
{
    /// <summary>A valid order; members given here replace its own.</summary>
    public static string Order(string? reference = null, string division = "500103001", string? note = null)
    {
        var order = new JsonObject
        {
            ["reference"] = reference ?? Guid.CreateVersion7().ToString(),
            ["division_code"] = division,
            ["items"] = new JsonArray(new JsonObject { ["name"] = "rice", ["quantity"] = 1 }),
        };
        if (note is not null) order["note"] = note;
        return order.ToJsonString();
    }
}
