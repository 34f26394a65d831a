using RabbitMQ.Client;

namespace LifeCircle.Messaging;

/// <summary>Where the broker is and who speaks to it.</summary>
/// <param name="Service">Short name of the service.</param>
/// <param name="Address">The connection string <c>messaging</c>: <c>amqp://user:password@host:port/vhost</c>.</param>
internal sealed record MessagingConnection(string Service, Uri Address)
{
    /// <summary>How soon a broker or a consumer that vanished without a word is noticed.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public string User => Uri.UnescapeDataString(Address.UserInfo.Split(':')[0]);

    public string Password => Uri.UnescapeDataString(Address.UserInfo.Split(':', 2).ElementAtOrDefault(1) ?? "");

    public string VirtualHost => Address.AbsolutePath is "" or "/" ? "/" : Uri.UnescapeDataString(Address.AbsolutePath[1..]);

    public ushort Port => (ushort)(Address.Port > 0 ? Address.Port : IsTls ? 5671 : 5672);

    public bool IsTls => Address.Scheme == "amqps";

    public Task<IConnection> ConnectAsync(string purpose, CancellationToken ct) => new ConnectionFactory
    {
        Uri = Address,
        AutomaticRecoveryEnabled = false,
        RequestedHeartbeat = Heartbeat,
        RequestedConnectionTimeout = ConnectTimeout,
        HandshakeContinuationTimeout = ConnectTimeout,
        ContinuationTimeout = ConnectTimeout,
        ClientProvidedName = $"{Service} {purpose}",
    }.CreateConnectionAsync(ct);
}
