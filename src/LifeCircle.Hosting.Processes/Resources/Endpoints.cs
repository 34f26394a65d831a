using System.Globalization;
using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

public enum EndpointProperty
{
    Host,
    Port,
}

/// <summary>A listening port of each replica of a resource; there is no proxy in front of them.</summary>
public sealed class EndpointReference
{
    internal EndpointReference(string name, string scheme, int? wishedPort = null) =>
        (Name, Scheme, WishedPort) = (name, scheme, wishedPort);

    internal string Name { get; }
    internal string Scheme { get; }
    internal int? WishedPort { get; }

    /// <summary>What a browser needs behind the address.</summary>
    internal Func<string> Page { get; set; } = () => "";

    /// <summary>One for each replica, set before anything starts.</summary>
    internal IReadOnlyList<int> Ports { get; set; } = [];
    internal string Port => Ports[0].ToString(CultureInfo.InvariantCulture);

    public ReferenceExpression Property(EndpointProperty property) =>
        new([() => property == EndpointProperty.Host ? "127.0.0.1" : Port]);

    internal string UrlOf(int replica) => $"{Scheme}://127.0.0.1:{Ports[replica]}";
}

/// <summary>Text with holes that are filled when the application starts: <c>ReferenceExpression.Create($"Host={endpoint}")</c>.</summary>
public sealed class ReferenceExpression
{
    private readonly List<Func<string>> _parts;

    internal ReferenceExpression(List<Func<string>> parts) => _parts = parts;

    internal string Value => string.Concat(_parts.Select(part => part()));

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => new(handler.Parts);

    [InterpolatedStringHandler]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1034", Justification = "Aspire's name for it.")]
    public readonly ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        internal List<Func<string>> Parts { get; } = new(literalLength == 0 ? formattedCount : (2 * formattedCount) + 1);

        public void AppendLiteral(string value) => Parts.Add(() => value);

        public void AppendFormatted(string value) => Parts.Add(() => value);

        public void AppendFormatted(EndpointReference endpoint) => Parts.Add(() => endpoint.UrlOf(0));

        public void AppendFormatted(ReferenceExpression expression) => Parts.Add(() => expression.Value);

        public void AppendFormatted(IResourceBuilder<ParameterResource> parameter) => Parts.Add(() => parameter.Resource.Value);
    }
}
