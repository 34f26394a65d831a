using LifeCircle.Messaging;
using LifeCircle.ServiceDefaults.Tests.Recipients;

namespace LifeCircle.ServiceDefaults.Tests.Orders;

/// <summary>A service as small as can be that uses everything that ServiceDefaults has.</summary>
public static class OrdersService
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults("orders");
        builder.AddDatabase<OrdersDbContext>("ordersdb");
        builder.AddMessaging<OrdersDbContext>("orders");
        builder.AddPersonalData();
        builder.AddAudit<OrdersDbContext>();
        builder.Services.AddValidation();
        builder.Services.AddOpenApi("v1");

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapOrders();
        app.MapRecipients();
        app.MapOddities();
        app.MapChangeFeed<OrdersDbContext>("/orders/v1/changes", "orders.read");
        return await app.RunServiceAsync<OrdersDbContext>(args, [PersonalDataVerbs.Rekey<OrdersDbContext>(), AuditVerbs.Verify<OrdersDbContext>(), Count, Wait]);
    }

    /// <summary>Migrates in this process. Returns the exit code.</summary>
    public static Task<int> MigrateAsync(string connectionString, params string[] more) =>
        RunAsync(["migrate", $"--ConnectionStrings:ordersdb={connectionString}", "--Logging:LogLevel:Default=None", .. more]);

    private static Verb Count => new("count", "<word> ...  counts the words", (_, words, _) => Task.FromResult(words.Length));

    private static Verb Wait => new("wait", "waits until it is stopped", async (_, _, stopping) =>
    {
        Console.WriteLine("waiting");
        await Task.Delay(Timeout.Infinite, stopping);
        return 0;
    });
}
