using LifeCircle.ServiceDefaults.Tests.Orders;
using LifeCircle.ServiceDefaults.Tests.Recipients;

namespace LifeCircle.ServiceDefaults.Tests.Privacy;

public sealed class PersonalDataTests(OrdersApp app) : IClassFixture<OrdersApp>
{
    [Fact]
    public async Task A_text_that_cannot_be_opened_is_hidden_and_takes_nobody_else_away()
    {
        var mobile = Sample.Mobile();
        using var client = app.Client();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add((await client.PostJsonAsync("/orders/v1/recipients", Sample.Recipient(mobile: mobile)))["id"]!);
        await app.Database.ExecuteAsync($"UPDATE recipient SET name = (SELECT name FROM recipient WHERE id = '{ids[0]}') WHERE id = '{ids[1]}'");

        var found = await client.PostJsonAsync("/orders/v1/recipients/find", $$"""{"mobile":"{{mobile}}"}""");

        Assert.Equal(200, (int)found.Status);
        var names = found.Json.EnumerateArray().ToDictionary(one => one.GetProperty("id").GetString()!, one => one.GetProperty("name").GetString());
        Assert.Equal(["欧阳**", "**", "欧阳**"], ids.Select(id => names[id]));
    }

    [Fact]
    public void It_is_told_in_the_log_by_its_place()
    {
        var (log, row, column) = (new Logger(), Guid.CreateVersion7(), Recipient.NameColumn);
        var personal = new PersonalData(EncryptionKeys.Read(Ring.Configuration(("CurrentKey", "k1"), ("Keys:k1", Ring.K1))), log);
        Assert.Equal("**", personal.Mask(column, Guid.CreateVersion7(), personal.Seal(column, row, "张三"), Masks.Name));
        Assert.Equal("张*", personal.Mask(column, row, personal.Seal(column, row, "张三"), Masks.Name));
        var (level, told) = Assert.Single(log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("recipient.name of", told, StringComparison.Ordinal);
        Assert.DoesNotContain("张三", told, StringComparison.Ordinal);
    }

    private sealed class Logger : ILogger<PersonalData>
    {
        public List<(LogLevel, string)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
