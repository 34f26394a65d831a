using LifeCircle.Operators.Clients.District;
using LifeCircle.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Operators.Tests.Clients.District;

[Collection<WithTheConsole>]
public sealed class RegisterDistrictClientTests(OperatorsApp app) : IClassFixture<OperatorsApp>
{
    [Fact]
    public async Task The_first_client_of_a_district_does_its_first_steps_until_it_is_revoked()
    {
        var (code, shown) = await RunAsync(RegisterDistrictClient.Verb, "规划系统");
        Assert.Equal(0, code);
        var (id, secret) = (shown[0].Split(' ')[^1], shown[1].Split(' ')[^1]);

        using var answer = await app.AskAsync(id, secret: secret);
        var token = (await OperatorsApp.JsonOf(answer)).GetProperty("access_token").GetString()!;
        var payload = OperatorsApp.Read(token).Payload;
        Assert.Equal("credentials.manage operators.read operators.review operators.write",
            string.Join(' ', payload.GetProperty("scope").GetString()!.Split(' ').Order(StringComparer.Ordinal)));
        Assert.False(payload.TryGetProperty("division", out _));
        Assert.Equal(0L, await app.Database.CountAsync($"client WHERE client_secret LIKE '%{secret}%'"));

        Assert.Equal(1, (await RunAsync(RevokeDistrictClient.Verb, "nobody")).Code);
        Assert.Equal(0, (await RunAsync(RevokeDistrictClient.Verb, id)).Code);
        using var refused = await app.AskAsync(id, secret: secret);
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal(1L, await app.Database.QueryAsync<long>($"SELECT epoch FROM withdrawn_client WHERE client_id = '{id}'"));
    }

    [Fact]
    public async Task It_may_be_confined_and_may_be_given_other_scopes()
    {
        var (_, shown) = await RunAsync(RegisterDistrictClient.Verb, "clerks", "--division", "410603001", "--scopes", "facilities.read,facilities.write");

        using var answer = await app.AskAsync(shown[0].Split(' ')[^1], secret: shown[1].Split(' ')[^1]);
        var payload = OperatorsApp.Read((await OperatorsApp.JsonOf(answer)).GetProperty("access_token").GetString()!).Payload;
        Assert.Equal(("410603001", "facilities.read facilities.write"), (payload.GetProperty("division").GetString(), payload.GetProperty("scope").GetString()));
    }

    [Theory]
    [InlineData]
    [InlineData("--scopes", "facilities.read")]
    [InlineData("name", "--division")]
    [InlineData("name", "--division", "4106")]
    [InlineData("name", "--scopes", "facilities.read,everything")]
    [InlineData("name", "--colour", "red")]
    public async Task A_wrong_command_line_registers_nobody(params string[] args)
    {
        var before = await app.Database.CountAsync("client");
        Assert.Equal(2, (await RunAsync(RegisterDistrictClient.Verb, args)).Code);
        Assert.Equal(before, await app.Database.CountAsync("client"));
    }

    private async Task<(int Code, string[] Shown)> RunAsync(Verb verb, params string[] args)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await using var shown = new StringWriter();
        var console = Console.Out;
        Console.SetOut(shown);
        try
        {
            var code = await verb.RunAsync(scope.ServiceProvider, args, TestContext.Current.CancellationToken);
            return (code, shown.ToString().Split(Environment.NewLine));
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}

[CollectionDefinition(DisableParallelization = true)]
public sealed class WithTheConsole;
