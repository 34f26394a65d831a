using System.Globalization;
using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value known only when the application starts: an endpoint, a parameter, an expression over them.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>One listening port for each replica; there is no proxy in front of them.</summary>
internal sealed class EndpointAnnotation(string name, string scheme, int? preferredPort, string? variable)
{
    public string Name { get; } = name;
    public string Scheme { get; } = scheme;
    public int? PreferredPort { get; set; } = preferredPort;
    public string? Variable { get; } = variable;
    public bool External { get; set; }

    /// <summary>Set before anything starts.</summary>
    public IReadOnlyList<int> Ports { get; set; } = [];

    public string UrlOf(int replica) => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://127.0.0.1:{Ports[replica]}");
}

public enum EndpointProperty
{
    Url,
    Host,
    IPV4Host,
    Port,
    Scheme,
    TargetPort,
    HostAndPort,
}

public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider
{
    public IResourceWithEndpoints Resource { get; } = owner;
    public string EndpointName { get; } = endpointName;
    public bool IsAllocated => Annotation.Ports.Count > 0;
    public string Url => Annotation.UrlOf(0);
    public string Host { get; } = "127.0.0.1";
    public int Port => Annotation.Ports[0];

    internal EndpointAnnotation Annotation => ((Resource)Resource).EndpointNamed(EndpointName);

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);
}

public sealed class EndpointReferenceExpression(EndpointReference endpoint, EndpointProperty property) : IValueProvider
{
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(property switch
    {
        EndpointProperty.Host or EndpointProperty.IPV4Host => endpoint.Host,
        EndpointProperty.Port or EndpointProperty.TargetPort => endpoint.Port.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.Scheme => endpoint.Annotation.Scheme,
        EndpointProperty.HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{endpoint.Host}:{endpoint.Port}"),
        _ => endpoint.Url,
    });
}

/// <summary>Text with holes that are filled when the application starts: <c>ReferenceExpression.Create($"Host={endpoint}")</c>.</summary>
public sealed class ReferenceExpression : IValueProvider
{
    private readonly List<object> _parts;

    private ReferenceExpression(List<object> parts) => _parts = parts;

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => new(handler.Parts);

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var values = new List<string?>(_parts.Count);
        foreach (var part in _parts)
            values.Add(part is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : (string)part);
        return string.Concat(values);
    }

    [InterpolatedStringHandler]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1034", Justification = "Aspire's name for it.")]
    public readonly ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        internal List<object> Parts { get; } = new(literalLength == 0 ? formattedCount : (2 * formattedCount) + 1);

        public void AppendLiteral(string value) => Parts.Add(value);

        public void AppendFormatted(string? value) => Parts.Add(value ?? "");

        public void AppendFormatted<T>(T valueProvider) where T : IValueProvider => Parts.Add(valueProvider);

        public void AppendFormatted<T>(IResourceBuilder<T> valueProvider) where T : IResource, IValueProvider => Parts.Add(valueProvider.Resource);
    }
}
