using System.Globalization;
using System.Net;
using System.Text.Json;
using LifeCircle.ServiceDefaults;
using LifeCircle.Venues.Closures;

namespace LifeCircle.Venues.Schools;

/// <summary>
/// Asks the Facilities service, with the token of whoever asks us: nobody learns more of facilities through this service than from that one, and this
/// service holds no secret of its own.
/// </summary>
internal sealed class FacilitiesService(IHttpClientFactory clients, IHttpContextAccessor context, IConfiguration settings)
{
    /// <summary>Where it is, if not where service discovery finds it.</summary>
    public const string Setting = "Venues:FacilitiesAddress";

    public const string ClientName = "facilities";

    private static readonly string[] Schools = ["primary_school", "middle_school", "high_school", "school_sports_field"];

    /// <summary>What it says of a school now.</summary>
    /// <exception cref="RuleBroken">There is none that the caller may see, it is no school, or the service is away.</exception>
    public async Task<LinkedFacility> SchoolAsync(Guid id, CancellationToken cancel)
    {
        using var answer = await AskAsync($"/facilities/v1/facilities/{id}", cancel);
        if (answer.StatusCode is HttpStatusCode.Forbidden)
            throw new RuleBroken(Problems.Forbidden, "facility_id", "The token lacks the scope facilities.read.", "令牌缺少权限范围 facilities.read。");
        if (answer.StatusCode is HttpStatusCode.NotFound) throw new RuleBroken(VenuesRules.FacilityUnknown, "facility_id");
        if (!answer.IsSuccessStatusCode) throw new RuleBroken(VenuesRules.FacilitiesAway);
        var version = long.Parse(answer.Headers.ETag!.Tag.Trim('"').Split('.')[0], CultureInfo.InvariantCulture);
        var facility = Read(await answer.Content.ReadFromJsonAsync<JsonElement>(cancel), version);
        if (!Schools.Contains(facility.Category)) throw new RuleBroken(VenuesRules.FacilityUnknown, "facility_id", "It is no school.", "该设施不是学校。");
        return facility.IsClosed ? throw new RuleBroken(VenuesRules.FacilityClosed, "facility_id") : facility;
    }

    /// <summary>Walking seconds to the schools within a walk of a door; null if the service is away, or the caller may not ask it.</summary>
    /// <param name="query">Query of its reach: <c>lon</c>, <c>lat</c>, <c>minutes</c>, <c>profile</c>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RuleBroken">It refuses the point, with its own reason.</exception>
    public async Task<Dictionary<Guid, int>?> WithinWalkAsync(string query, CancellationToken cancel)
    {
        var reached = new Dictionary<Guid, int>();
        var categories = string.Concat(Schools.Select(category => $"&category={category}"));
        for (string? after = ""; after is not null;)
        {
            using var answer = await AskAsync($"/facilities/v1/reach?{query}{categories}&limit={PageRequest.MaximumLimit}{after}", cancel);
            if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
                throw Refusal(await answer.Content.ReadFromJsonAsync<JsonElement>(cancel));
            if (!answer.IsSuccessStatusCode) return null;
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
            foreach (var item in page.GetProperty("items").EnumerateArray())
                reached[item.GetProperty("facility").GetProperty("id").GetGuid()] = item.GetProperty("seconds").GetInt32();
            after = page.TryGetProperty("next", out var next) ? $"&after={Uri.EscapeDataString(next.GetString()!)}" : null;
        }
        return reached;
    }

    private async Task<HttpResponseMessage> AskAsync(string path, CancellationToken cancel)
    {
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(settings[Setting] ?? "http://facilities"), path));
        request.Headers.TryAddWithoutValidation("Authorization", context.HttpContext!.Request.Headers.Authorization.ToString());
        try
        {
            return await client.SendAsync(request, cancel);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // Away; the HTTP client's own log and trace tell why.
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }
    }

    private static RuleBroken Refusal(JsonElement problem)
    {
        var title = problem.GetProperty("title").GetString()!;
        var field = problem.TryGetProperty("errors", out var errors) && errors.EnumerateObject().FirstOrDefault() is { Name: { } name } ? name : "near";
        var text = errors.ValueKind is JsonValueKind.Object ? errors.EnumerateObject().First().Value[0].GetString()! : title;
        return new(VenuesRules.ValueInvalid, field, text, text);
    }

    private static LinkedFacility Read(JsonElement facility, long version)
    {
        var position = facility.GetProperty("position");
        var suspension = facility.TryGetProperty("suspension", out var told)
            ? new FacilitySuspension(told.GetProperty("from").GetDateTimeOffset().ToUniversalTime(),
                told.TryGetProperty("until", out var until) ? until.GetDateTimeOffset().ToUniversalTime() : null, told.GetProperty("reason").GetString()!)
            : null;
        return new(facility.GetProperty("id").GetGuid(), version, facility.GetProperty("category").GetString()!, facility.GetProperty("state").GetString() == "closed", suspension,
            facility.GetProperty("name_zh").GetString()!, facility.TryGetProperty("name_en", out var english) ? english.GetString() : null,
            facility.GetProperty("division_code").GetString()!, facility.TryGetProperty("life_circle_id", out var circle) ? circle.GetGuid() : null,
            position.GetProperty("lon").GetDouble(), position.GetProperty("lat").GetDouble());
    }
}
