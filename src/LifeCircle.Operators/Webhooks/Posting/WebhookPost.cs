using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using LifeCircle.Operators.Webhooks.Deliveries;
using LifeCircle.Operators.Webhooks.Sending;
using LifeCircle.Operators.Webhooks.Subscriptions;
using Microsoft.Extensions.Options;

namespace LifeCircle.Operators.Webhooks.Posting;

/// <summary>Posts a delivery to its receiver, once, signed as Standard Webhooks has it. Whatever the receiver does is an outcome.</summary>
internal sealed class WebhookPost(IHttpClientFactory clients, SigningSecrets secrets, IOptions<WebhookOptions> options, TimeProvider clock)
{
    /// <summary>Name of the client that goes nowhere but to public addresses.</summary>
    public const string Client = "webhooks";

    private const int KeptBody = 4 * 1024;
    private const int KeptHeader = 200;

    // What helps an owner to find out who answered, and why so. Cookies and the like are nobody's business.
    private static readonly string[] KeptHeaders = ["content-type", "retry-after", "server", "date", "location"];

    // For the log alone; success or not is known by then.
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(2);

    private static readonly ProductInfoHeaderValue Product = new("LifeCircle-Webhooks", "1");

    public async Task<AttemptOutcome> SendAsync(LeasedDelivery delivery)
    {
        using var activity = Continue(delivery.Traceparent);
        var (startedAt, watch) = (clock.GetUtcNow(), Stopwatch.GetTimestamp());
        using var request = Request(delivery, startedAt, activity?.Id);
        var outcome = new AttemptOutcome(delivery, startedAt, default, Lines(request));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.AnswerSeconds));
        try
        {
            using var response = await clients.CreateClient(Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            outcome = outcome with
            {
                Duration = Stopwatch.GetElapsedTime(watch),
                Status = (int)response.StatusCode,
                RetryAfter = RetryAfter(response.Headers.RetryAfter),
                ResponseHeaders = Kept(response),
            };
            return outcome with { ResponseBody = await BeginningAsync(response.Content) };
        }
        catch (Exception fault) when (ErrorOf(fault) is { } error)
        {
            return outcome.Status is not null ? outcome : outcome with { Duration = Stopwatch.GetElapsedTime(watch), Error = error };
        }
    }

    private HttpRequestMessage Request(LeasedDelivery delivery, DateTimeOffset now, string? traceparent)
    {
        var (id, timestamp, body) = (delivery.MessageId.ToString(), now.ToUnixTimeSeconds(), Encoding.UTF8.GetBytes(delivery.Body));
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url)
        {
            Content = new ByteArrayContent(body),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.UserAgent.Add(Product);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", Signature.Of(id, timestamp, body, Secrets(delivery, now)));
        if (traceparent is not null) request.Headers.Add("traceparent", traceparent);
        return request;
    }

    private IEnumerable<byte[]> Secrets(LeasedDelivery delivery, DateTimeOffset now)
    {
        yield return secrets.Open(delivery.SubscriptionId, delivery.SealedSecret);
        if (delivery.SealedPreviousSecret is { } previous && delivery.PreviousSecretUntil > now)
            yield return secrets.Open(delivery.SubscriptionId, previous);
    }

    private static string Lines(HttpRequestMessage request) => string.Join('\n', request.Headers.Concat(request.Content!.Headers)
        .Select(header => $"{header.Key.ToLowerInvariant()}: {string.Join(", ", header.Value)}"));

    private static string? Kept(HttpResponseMessage response)
    {
        var lines = KeptHeaders.Select(name => (Name: name, Values: Values(name))).Where(header => header.Values is not null)
            .Select(header => $"{header.Name}: {Short(string.Join(", ", header.Values!))}").ToArray();
        return lines.Length == 0 ? null : string.Join('\n', lines);

        IEnumerable<string>? Values(string name) => response.Headers.NonValidated.TryGetValues(name, out var own) ? own
            : response.Content.Headers.NonValidated.TryGetValues(name, out own) ? own : null;

        static string Short(string value) =>
            new([.. value.Take(KeptHeader).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '\uFFFD' : letter)]);
    }

    // What is not read, the handler reads or cuts off within its own bounds, when the answer is disposed.
    private static async Task<string?> BeginningAsync(HttpContent content)
    {
        using var patience = new CancellationTokenSource(BodyPatience);
        var (kept, length) = (new byte[KeptBody], 0);
        try
        {
            await using var body = await content.ReadAsStreamAsync(patience.Token);
            while (length < kept.Length && await body.ReadAsync(kept.AsMemory(length), patience.Token) is > 0 and var read) length += read;
        }
        catch (Exception fault) when (ErrorOf(fault) is not null)
        {
            // A slow or broken rest makes the answer's beginning no less true.
        }
        return length == 0 ? null : Encoding.UTF8.GetString(kept, 0, length).Replace('\0', '\uFFFD');
    }

    // Null for what no receiver can cause.
    private static AttemptError? ErrorOf(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
            switch (cause)
            {
                case AddressRefused: return AttemptError.AddressRefused;
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }: return AttemptError.NameNotResolved;
                case AuthenticationException: return AttemptError.TlsFailed;
                case OperationCanceledException or TimeoutException: return AttemptError.Timeout;
            }
        return fault switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => AttemptError.NotConnected,
            HttpRequestException or IOException => AttemptError.Broken,
            _ => null,
        };
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };

    // Where nobody records, the delivery still names its trace to the receiver.
    private static Activity? Continue(string? traceparent)
    {
        if (WebhookTelemetry.Source.StartActivity("deliver webhook", ActivityKind.Client, traceparent) is { } recorded) return recorded;
        return traceparent is null ? null : new Activity("deliver webhook").SetParentId(traceparent).Start();
    }
}
