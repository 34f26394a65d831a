using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MassTransit.Serialization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace LifeCircle.Testing;

/// <summary>A virtual host of the test's own on the broker; deleted with it.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly TestServers _servers;
    private readonly string _name = $"test_{Guid.CreateVersion7():n}";
    private IConnection? _connection;

    private TestBroker(TestServers servers) => _servers = servers;

    /// <summary><c>amqp://user:password@host:port/vhost</c></summary>
    public Uri Address => new($"{_servers.Messaging.ToString().TrimEnd('/')}/{_name}");

    public static async Task<TestBroker> CreateAsync(TestServers servers)
    {
        var broker = new TestBroker(servers);
        var user = servers.Messaging.UserInfo.Split(':')[0];
        await broker.ManageAsync(HttpMethod.Put, $"vhosts/{broker._name}", "{}");
        await broker.ManageAsync(HttpMethod.Put, $"permissions/{broker._name}/{user}", """{"configure":".*","write":".*","read":".*"}""");
        return broker;
    }

    /// <summary>Hears every event of a type that is published from now on.</summary>
    public async Task<EventListener<T>> ListenAsync<T>() where T : class => await ListenAsync<T>(await OpenChannelAsync());

    /// <summary>The same on any broker; the channel ends with the listener.</summary>
    public static Task<EventListener<T>> ListenAsync<T>(IChannel channel) where T : class => EventListener<T>.StartAsync(channel);

    /// <summary>Messages that wait in a queue; -1 if there is no such queue.</summary>
    public async Task<long> QueueLengthAsync(string queue)
    {
        await using var channel = await OpenChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == 404)
        {
            return -1;
        }
    }

    /// <summary>Waits until so many consumers have the queue, which is when it is bound to its exchange, too.</summary>
    public Task ConsumersAsync(string queue, uint count) => Eventually.IsTrueAsync(async () =>
    {
        if (await QueueLengthAsync(queue) < 0) return false;
        await using var channel = await OpenChannelAsync();
        return await channel.ConsumerCountAsync(queue) == count;
    }, $"{count} consumers of {queue}");

    /// <summary>Waits until so many endpoints, and nobody else, are bound to an event's exchange: from it to the endpoint's, and on to its queue.</summary>
    public Task SubscribersAsync<T>(int count) => Eventually.IsTrueAsync(async () =>
    {
        using var list = JsonDocument.Parse(await ManageAsync(HttpMethod.Get, $"bindings/{_name}", null));
        var sources = list.RootElement.EnumerateArray().Select(binding => binding.GetProperty("source").GetString()).Where(source => source != "").ToList();
        return sources.Count(source => source == $"{typeof(T).Namespace}:{typeof(T).Name}") == count && sources.Count == 2 * count;
    }, $"{count} subscribers of {typeof(T).Name}");

    /// <summary>Closes every connection to the virtual host, as an operator or a failing network would.</summary>
    public async Task CutConnectionsAsync()
    {
        var connections = new List<string>();
        await Eventually.IsTrueAsync(async () =>
        {
            using var list = JsonDocument.Parse(await ManageAsync(HttpMethod.Get, $"vhosts/{_name}/connections", null));
            connections = [.. list.RootElement.EnumerateArray().Select(connection => connection.GetProperty("name").GetString()!)];
            return connections.Count > 0;
        }, "the broker lists its connections");
        foreach (var connection in connections)
            await ManageAsync(HttpMethod.Delete, $"connections/{Uri.EscapeDataString(connection)}", null);
    }

    /// <summary>A channel with publisher confirms.</summary>
    public async Task<IChannel> OpenChannelAsync()
    {
        if (_connection is not { IsOpen: true })
            _connection = await new ConnectionFactory { Uri = Address }.CreateConnectionAsync();
        return await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
        await ManageAsync(HttpMethod.Delete, $"vhosts/{_name}", null);
    }

    private async Task<string> ManageAsync(HttpMethod method, string path, string? body)
    {
        using var http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true);
        using var request = new HttpRequestMessage(method, new Uri(_servers.Management, $"/api/{path}"));
        var user = Uri.UnescapeDataString(_servers.Management.UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}

/// <summary>A queue of the test's own, bound to one type of event.</summary>
public sealed class EventListener<T> : IAsyncDisposable where T : class
{
    private readonly IChannel _channel;
    private readonly Channel<T> _heard = Channel.CreateUnbounded<T>();

    private EventListener(IChannel channel) => _channel = channel;

    // What nobody wanted comes late to the first who does: the relay asks for it at ever longer intervals.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The next event; fails when none comes within a minute.</summary>
    public async Task<T> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await _heard.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No {typeof(T).Name} was published within {Patience.TotalSeconds:0} s.");
        }
    }

    /// <summary>The next event that is the test's own: earlier ones, also of other tests of the class, may come first.</summary>
    public async Task<T> NextAsync(Func<T, bool> isOwn)
    {
        while (true)
            if (await NextAsync() is var fact && isOwn(fact)) return fact;
    }

    /// <summary>Whether an event has come that <see cref="NextAsync()"/> has not given yet.</summary>
    public bool HasMore => _heard.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    internal static async Task<EventListener<T>> StartAsync(IChannel channel)
    {
        var (listener, exchange) = (new EventListener<T>(channel), $"{typeof(T).Namespace}:{typeof(T).Name}");
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        var queue = (await channel.QueueDeclareAsync(exclusive: true)).QueueName;
        await channel.QueueBindAsync(queue, exchange, "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            using var envelope = JsonDocument.Parse(delivery.Body);
            listener._heard.Writer.TryWrite(envelope.RootElement.GetProperty("message").Deserialize<T>(SystemTextJsonMessageSerializer.Options)!);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return listener;
    }
}
