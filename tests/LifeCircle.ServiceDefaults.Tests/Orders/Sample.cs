using System.Text.Json.Nodes;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>Orders to be placed, and whom they go to.</summary>
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

    /// <summary>A recipient who does not exist: no division begins with 410699.</summary>
    public static string Recipient(string? residentId = null, string division = "500103001", string name = "欧阳小明", string? mobile = null) => new JsonObject
    {
        ["division_code"] = division,
        ["name"] = name,
        ["mobile"] = mobile ?? Mobile(),
        ["resident_id"] = residentId ?? ResidentId(),
        ["address"] = "山城区长风中路88号3单元401室",
    }.ToJsonString();

    /// <summary>Another mobile number.</summary>
    public static string Mobile() => $"138{Random.Shared.Next(100_000_000):00000000}";

    /// <summary>Another valid resident ID.</summary>
    public static string ResidentId()
    {
        var digits = $"41069919{Random.Shared.Next(40, 99)}0101{Random.Shared.Next(1000):000}";
        return digits + global::LifeCircle.ServiceDefaults.ResidentId.CheckCharacterOf(digits);
    }
}
