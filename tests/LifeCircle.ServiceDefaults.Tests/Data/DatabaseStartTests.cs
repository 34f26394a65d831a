using LifeCircle.ServiceDefaults.Tests.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.ServiceDefaults.Tests.Data;

public sealed class DatabaseStartTests(TestServers servers)
{
    private const string OneUuid = "bad.name: the key of a table with sealed texts must be one uuid.";

    [Fact]
    public Task A_composite_key_is_refused() => AssertRefusedAsync<Composite>(OneUuid);

    [Fact]
    public Task A_key_of_a_type_of_its_own_is_refused() => AssertRefusedAsync<Typed>(OneUuid);

    [Fact]
    public Task Two_columns_sealed_under_one_name_are_refused() => AssertRefusedAsync<Twice>("bad.name: two columns are sealed under this name");

    [Fact]
    public Task Sealed_texts_without_the_checks_of_their_keys_are_refused() =>
        AssertRefusedAsync<Unchecked>(" has sealed texts: call builder.AddPersonalData(), and modelBuilder.AddPersonalData()");

    [Fact]
    public Task An_audit_that_nothing_chains_is_refused() => AssertRefusedAsync<Unchained>(" has an audit that nothing would chain: call builder.AddAudit");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_whose_database_is_away_starts_and_ends_when_it_finds_that_its_keys_are_wrong(bool isRight)
    {
        await using var app = new OrdersApp(servers);
        await app.InitializeAsync();
        await app.StopReplicaAsync();
        var database = await app.Database.QueryAsync<string>("SELECT current_database()");
        await app.Database.ExecuteAsync($"ALTER DATABASE {database} CONNECTION LIMIT 0"); // not for the owner
        (string, string)[] wrong = isRight ? [] : [("Privacy__BlindIndexKey", Convert.ToBase64String(new byte[32]))];
        using var process = OrdersProcess.Start([], [("ConnectionStrings__ordersdb", app.Database.ConnectionStringOf("orders")),
            ("ConnectionStrings__messaging", app.Broker.Address.ToString()), .. wrong]);
        await process.SaysAsync("The keys of personal data cannot be checked");
        await process.SaysAsync("Now listening on: ");

        await app.Database.ExecuteAsync($"ALTER DATABASE {database} CONNECTION LIMIT -1");

        await process.SaysAsync(isRight ? "The keys of personal data are those of the database" : "Privacy__BlindIndexKey is not the key that this database was used with");
        if (isRight) await process.SignalAsync("-TERM");
        var code = await process.ExitAsync();
        if (isRight) Assert.Equal(0, code);
    }

    // There is no such database: the model alone is looked at.
    private static async Task AssertRefusedAsync<TFault>(string why) where TFault : IFault
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None",
            "--ConnectionStrings:bad=Host=nobody.invalid", .. TestKeys.Settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddPersonalData();
        builder.AddDatabase<BadContext<TFault>>("bad");
        await using var service = builder.Build();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => service.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    private readonly record struct BadId(Guid Value);

    private sealed class Bad
    {
        public Guid Id { get; init; }

        public BadId TypedId { get; init; }

        public required SealedText Name { get; init; }

        public required SealedText Other { get; init; }
    }

    // Generic, so that the tool of migrations does not take it for a context of this program.
    private sealed class BadContext<TFault>(DbContextOptions<BadContext<TFault>> options) : DbContext(options) where TFault : IFault
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => TFault.Map(modelBuilder);
    }

    private interface IFault
    {
        static abstract void Map(ModelBuilder model);
    }

    private sealed class Composite : IFault
    {
        public static void Map(ModelBuilder model) => MapBad(model.AddPersonalData()).HasKey(row => new { row.Id, row.TypedId });
    }

    private sealed class Typed : IFault
    {
        public static void Map(ModelBuilder model) => MapBad(model.AddPersonalData()).HasKey(row => row.TypedId);
    }

    private sealed class Twice : IFault
    {
        public static void Map(ModelBuilder model) => MapBad(model.AddPersonalData()).Property(row => row.Other).IsSealed(new("bad.name"));
    }

    private sealed class Unchecked : IFault
    {
        public static void Map(ModelBuilder model) => MapBad(model);
    }

    private sealed class Unchained : IFault
    {
        public static void Map(ModelBuilder model) => model.AddAudit();
    }

    private static EntityTypeBuilder<Bad> MapBad(ModelBuilder model)
    {
        var bad = model.Entity<Bad>();
        bad.Property(row => row.TypedId).HasConversion(id => id.Value, id => new(id));
        bad.Property(row => row.Name).IsSealed(new("bad.name"));
        bad.Property(row => row.Other).IsSealed(new("bad.other"));
        return bad;
    }
}
