using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LifeCircle.ServiceDefaults;

/// <summary>
/// The tokens that are no longer good although they have not ended: self-contained tokens prove what was so when they were issued. Every replica
/// of every service asks the token service for the list every 15 seconds, and judges by it also tokens that it has found valid before; so what
/// the district takes back is taken back everywhere within 60 seconds, two lost answers included. When the token service is away, the last list
/// holds: whatever it lacks dies by itself within the ten minutes that a token lives.
/// </summary>
internal sealed class WithdrawnTokens : BackgroundService
{
    public const string ClientName = "withdrawn-tokens";

    /// <summary>Of the answer; many times what there can be to withdraw within ten minutes.</summary>
    public const int MaximumBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // Until there is a first list, whatever was withdrawn before this process began is good here.
    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(1);

    // While a deployment is under way the token service may say more than this service knows of.
    private static readonly JsonSerializerOptions Lenient = new(Json.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    private readonly IHttpClientFactory _clients;
    private readonly TimeProvider _clock;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<WithdrawnTokens> _logger;
    private readonly Uri _address;
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Known _known;
    private EntityTagHeaderValue? _tag;
    private bool _isAway;
    private bool _hasList;

    public WithdrawnTokens(
        IHttpClientFactory clients, IConfiguration settings, TimeProvider clock, IHostApplicationLifetime lifetime, IMeterFactory meters,
        ILogger<WithdrawnTokens> logger)
    {
        (_clients, _clock, _lifetime, _logger) = (clients, clock, lifetime, logger);
        _address = settings["Authentication:WithdrawnTokensAddress"] is { Length: > 0 } given
            ? new Uri(given)
            : new Uri(new Uri(settings["Authentication:KeysAddress"] ?? Authentication.KeysAddress), WithdrawnTokenList.Path);
        _known = new(FrozenDictionary<string, long>.Empty, [], clock.GetUtcNow());
        meters.Create("LifeCircle.Security").CreateObservableGauge(
            "lifecircle.withdrawn_tokens.age", () => (_clock.GetUtcNow() - _known.At).TotalSeconds, "s",
            "Since the list of withdrawn tokens was last fetched; beyond a minute, suspensions are not heard of.");
    }

    /// <summary>The first list is there, or the token service does not give it; no token is judged before.</summary>
    public Task ReadyAsync(CancellationToken cancel) => _tried.Task.WaitAsync(cancel);

    public bool Contains(TokenMark token)
    {
        var known = _known;
        return known.Tokens.Contains(token.Id) || (known.Clients.TryGetValue(token.ClientId, out var epoch) && token.Epoch < epoch);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _clock);
        try
        {
            // The token service asks itself, which it can answer once it listens.
            var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = _lifetime.ApplicationStarted.Register(listens.SetResult);
            await listens.Task.WaitAsync(stoppingToken);
            do
            {
                await FetchAsync(stoppingToken);
                var period = _hasList ? Interval : FirstInterval;
                if (timer.Period != period) timer.Period = period;
                _tried.TrySetResult();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            _tried.TrySetResult();
        }
    }

    private async Task FetchAsync(CancellationToken stopping)
    {
        try
        {
            using var client = _clients.CreateClient(ClientName);
            using var request = new HttpRequestMessage(HttpMethod.Get, _address);
            if (_tag is not null) request.Headers.IfNoneMatch.Add(_tag);
            using var answer = await client.SendAsync(request, stopping);
            var now = _clock.GetUtcNow();
            if (answer.StatusCode is HttpStatusCode.NotModified)
            {
                _known = _known with { At = now };
            }
            else
            {
                var list = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<WithdrawnTokenList>(Lenient, stopping);
                _known = Known.Of(list!, now);
                _tag = answer.Headers.ETag;
            }
            _hasList = true;
            if (_isAway) _logger.LogInformation("The list of withdrawn tokens can be fetched again");
            _isAway = false;
        }
        // Whatever it is, it must not end the polling.
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            if (!_isAway) _logger.LogWarning(failure, "The list of withdrawn tokens cannot be fetched from {Address}; the last one holds", _address);
            _isAway = true;
        }
    }

    private sealed record Known(FrozenDictionary<string, long> Clients, FrozenSet<string> Tokens, DateTimeOffset At)
    {
        public static Known Of(WithdrawnTokenList list, DateTimeOffset at) => new(
            list.Clients.ToFrozenDictionary(client => client.ClientId, client => client.Epoch, StringComparer.Ordinal),
            list.Tokens.ToFrozenSet(StringComparer.Ordinal), at);
    }
}

/// <summary>What a token can be withdrawn by.</summary>
/// <param name="ClientId">Whose.</param>
/// <param name="Epoch">How many times its client's tokens had been withdrawn when it was issued.</param>
/// <param name="Id">The <c>jti</c>.</param>
internal readonly record struct TokenMark(string ClientId, long Epoch, string Id)
{
    public static TokenMark Of(ClaimsPrincipal user) => new(
        user.FindFirstValue(Caller.ClientIdClaim) ?? "",
        long.TryParse(user.FindFirstValue(WithdrawnTokenList.EpochClaim), out var epoch) ? epoch : 0,
        user.FindFirstValue("jti") ?? "");
}

/// <summary>
/// What the token service tells the other services about tokens that it has taken back. Withdrawals of a client's tokens are counted and not
/// dated: clocks of replicas differ and tokens tell whole seconds, whereas a count says for certain which tokens came before and which after.
/// </summary>
/// <param name="Clients">Clients with tokens taken back: those with fewer withdrawals in them than this many.</param>
/// <param name="Tokens">Ids of single tokens that their clients gave back.</param>
public sealed record WithdrawnTokenList(IReadOnlyList<WithdrawnClientTokens> Clients, IReadOnlyList<string> Tokens)
{
    /// <summary>On the token service, inside the district only.</summary>
    public const string Path = "/internal/withdrawn-tokens";

    /// <summary>The claim with the count; absent for none.</summary>
    public const string EpochClaim = "epoch";
}

/// <summary>A client whose tokens were taken back.</summary>
/// <param name="ClientId">Which.</param>
/// <param name="Epoch">Its tokens with a lower one are no longer good.</param>
public sealed record WithdrawnClientTokens(string ClientId, long Epoch);
