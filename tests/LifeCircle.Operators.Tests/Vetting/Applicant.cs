using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using LifeCircle.Operators.Operators;

namespace LifeCircle.Operators.Tests.Vetting;

/// <summary>An operator as the district's system handles it.</summary>
internal sealed record Applicant(OperatorsApp App, Guid Id)
{
    public const string Operators = "/operators/v1/operators";
    public const string Street = "410603001";

    /// <summary>The vetting system of the whole district.</summary>
    public static readonly TestToken Reviewer = new()
    {
        ClientId = "vetting",
        Scopes = ["operators.read", "operators.write", "operators.review", "facilities.read", "facilities.write", "jobs.post"],
    };

    private static int s_bodies;

    public string Path => $"{Operators}/{Id}";

    /// <summary>A client of the operator itself.</summary>
    public TestToken Own => new() { ClientId = $"client-{Id:n}", OperatorId = Id, Scopes = ["operators.read", "operators.write"] };

    /// <summary>A code that no other test has: its check character is right.</summary>
    public static string NewCode()
    {
        var body = $"91410603MA{Interlocked.Increment(ref s_bodies):0000000}";
        return "0123456789ABCDEFGHJKLMNPQRTUWXY".Select(check => $"{body}{check}").Single(SocialCreditCode.IsValid);
    }

    /// <summary>An application; with <c>(member, JSON)</c> in the place of what it has otherwise.</summary>
    public static string Application(params (string Member, JsonNode? Value)[] with)
    {
        var request = new JsonObject
        {
            ["social_credit_code"] = NewCode(),
            ["legal_name"] = "山城区惠民超市有限公司",
            ["kinds"] = new JsonArray("meals", "repairs"),
            ["division_codes"] = new JsonArray(Street),
            ["contact"] = new JsonObject { ["name"] = "欧阳测试", ["phone"] = "0392-2900000", ["email"] = "kaifa@example.com" },
        };
        foreach (var (member, value) in with) request[member] = value;
        return request.ToJsonString();
    }

    public static async Task<Applicant> ApplyAsync(OperatorsApp app, params (string Member, JsonNode? Value)[] with)
    {
        using var client = app.Client(Reviewer);
        var answer = await client.PostJsonAsync(Operators, Application(with));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return new Applicant(app, answer.Json.GetProperty("id").GetGuid());
    }

    /// <summary>One that has shown and been found to have what meals need until a day, and has come as far as a state.</summary>
    public static async Task<Applicant> InAsync(OperatorsApp app, OperatorState state, DateOnly? until = null)
    {
        var applicant = await ApplyAsync(app);
        if (state is OperatorState.Applied) return applicant;
        await applicant.MustAsync("start-review");
        foreach (var type in (string[])["food_business", "insurance"]) await applicant.ShowVerifiedAsync(type, until);
        if (state is OperatorState.UnderReview) return applicant;
        await applicant.MustAsync("approve");
        if (state is OperatorState.Approved) return applicant;
        await applicant.MustAsync("admit", $"\"probation_until\": \"{applicant.InDays(90)}\"");
        if (state is OperatorState.Probation) return applicant;
        await applicant.MustAsync("confirm");
        if (state is OperatorState.Suspended) await applicant.MustAsync("suspend");
        if (state is OperatorState.Terminated) await applicant.MustAsync("terminate");
        return applicant;
    }

    /// <summary>A day by the district's calendar.</summary>
    public string InDays(int days) =>
        DateOnly.FromDateTime(App.Clock.Now.ToOffset(TimeSpan.FromHours(8)).Date).AddDays(days).ToString("O", CultureInfo.InvariantCulture);

    public async Task<Answer> GetAsync(string under = "", TestToken? by = null)
    {
        using var client = App.Client(by ?? Reviewer);
        return await client.ReadAsync(Path + under);
    }

    public async Task<string?> StateAsync() => (await GetAsync())["state"];

    /// <summary>A verb of the vetting.</summary>
    /// <param name="verb">As in the path.</param>
    /// <param name="more">Members of the request beside reviewer and reason.</param>
    /// <param name="by">Whose request.</param>
    /// <param name="ifMatch">The version that it is based on.</param>
    public async Task<Answer> DoAsync(string verb, string? more = null, TestToken? by = null, string ifMatch = "*")
    {
        using var client = App.Client(by ?? Reviewer);
        return await client.PostJsonAsync($"{Path}/{verb}", Because(more), ("If-Match", ifMatch));
    }

    public async Task<Answer> MustAsync(string verb, string? more = null)
    {
        var answer = await DoAsync(verb, more);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer;
    }

    /// <summary>Shows a paper that is valid from today.</summary>
    public async Task<Answer> ShowAsync(string type, string? until = null, string? from = null, TestToken? by = null)
    {
        using var client = App.Client(by ?? Reviewer);
        return await client.PostJsonAsync($"{Path}/papers", Paper(type, from ?? InDays(0), until ?? InDays(1000)));
    }

    public static string Paper(string type, string from, string until) =>
        $$"""{"type": "{{type}}", "number": "JY34106030012345", "valid_from": "{{from}}", "valid_until": "{{until}}", "scan_reference": "archive:2026/17"}""";

    public async Task<Guid> ShowVerifiedAsync(string type, DateOnly? until = null, string? from = null)
    {
        var shown = await ShowAsync(type, until?.ToString("O", CultureInfo.InvariantCulture), from);
        Assert.True(shown.Status == HttpStatusCode.Created, shown.Text);
        await MustAsync($"papers/{shown["id"]}/verify");
        return Guid.Parse(shown["id"]!);
    }

    /// <summary>Its history, oldest first: verb and state.</summary>
    public async Task<string[]> HistoryAsync() => [.. (await GetAsync("/history?limit=200")).Json.GetProperty("items").EnumerateArray()
        .Select(step => $"{step.GetProperty("verb").GetString()} {step.GetProperty("to").GetString()}")];

    public static JsonElement[] Items(Answer answer) => [.. answer.Json.GetProperty("items").EnumerateArray()];

    private static string Because(string? more) => $$"""{"reviewer": "S-017", "reason": "as the file says"{{(more is null ? "" : ", " + more)}}}""";
}
