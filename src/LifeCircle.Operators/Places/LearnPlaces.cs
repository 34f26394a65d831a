using System.Globalization;
using System.Net.Http.Headers;
using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Places;

/// <summary>
/// The verb <c>learn-places</c>: reads the change feed of the Facilities service from its beginning, for what it told before this service listened to
/// its events. May run at any time and again: a later word is never replaced by an earlier one.
/// </summary>
internal static class LearnPlaces
{
    public const string Token = "Places:Token";

    public static Verb Verb { get; } = new(
        "learn-places", "<address of the gateway or of Facilities> learns all facilities and life circles; an access token (facilities.read) in Places__Token",
        RunAsync);

    /// <returns>The exit code: 0 done, 1 the feed refused, 2 wrong command line.</returns>
    private static async Task<int> RunAsync(IServiceProvider services, string[] args, CancellationToken stopping)
    {
        var token = services.GetRequiredService<IConfiguration>()[Token];
        if (args.FirstOrDefault() is not { } address || !Uri.TryCreate(address, UriKind.Absolute, out var root)
            || root.Scheme is not ("http" or "https") || string.IsNullOrEmpty(token))
        {
            await Console.Error.WriteLineAsync("Give the address, such as http://127.0.0.1:8080, and a token in Places__Token.");
            return 2;
        }
        var db = services.GetRequiredService<OperatorsDbContext>();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var (after, entries) = ("0", 0);
        while (true)
        {
            using var answer = await client.GetAsync(new Uri(root, $"/facilities/v1/changes?limit={PageRequest.MaximumLimit}&after={after}"), stopping);
            if (!answer.IsSuccessStatusCode)
            {
                await Console.Error.WriteLineAsync($"The feed answered {(int)answer.StatusCode}.");
                return 1;
            }
            var page = (await answer.Content.ReadFromJsonAsync<ChangePage>(Json.Options, stopping))!;
            foreach (var item in page.Items) await NoteAsync(db, item, stopping);
            if (page.Items.Count == 0) break;
            (after, entries) = (page.Next, entries + page.Items.Count);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entries:N0} changes read"));
        return 0;
    }

    // Without data: it has left a division, and stands in another by the entry that follows. Neither kind is ever deleted.
    private static Task NoteAsync(OperatorsDbContext db, ChangeItem item, CancellationToken cancel) => (item.Kind, item.Data) switch
    {
        ("facility", { } data) => KnownPlaces.NoteFacilityAsync(
            db, item.Id, item.Version, data.GetProperty("division_code").GetString()!, data.GetProperty("state").GetString() == "closed", cancel),
        ("life_circle", { } data) => KnownPlaces.NoteCircleAsync(db, item.Id, item.Version, data.GetProperty("division_code").GetString()!, cancel),
        _ => Task.CompletedTask,
    };
}
