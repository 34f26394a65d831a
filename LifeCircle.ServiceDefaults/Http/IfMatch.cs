using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LifeCircle.ServiceDefaults;

/// <summary>The versions that a change may be based on, from the If-Match header (RFC 9110 section 13.1.1).</summary>
/// <param name="Tags">Empty when the header is missing.</param>
public sealed record IfMatch(IReadOnlyList<EntityTagHeaderValue> Tags) : IBindableFromHttpContext<IfMatch>
{
    /// <summary>Lets the change go on only if the entity still has such a version: else 412; 428 without the header.</summary>
    public void Require(long version)
    {
        if (Tags.Count == 0) throw new RuleBroken(Problems.Precondition, HeaderNames.IfMatch);
        var tag = ETags.Of(version);
        if (!Tags.Any(given => given.Equals(EntityTagHeaderValue.Any) || ETags.VersionIn(given).Compare(tag, useStrongComparison: true)))
            throw new RuleBroken(Problems.Changed, HeaderNames.IfMatch);
    }

    public static ValueTask<IfMatch?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0) return new(new IfMatch([]));
        return EntityTagHeaderValue.TryParseStrictList(header, out var tags) && tags.Count > 0
            ? new(new IfMatch([.. tags]))
            : throw new RuleBroken(Problems.Malformed, HeaderNames.IfMatch, "Give the ETag with its quotes.", "须带引号给出 ETag。");
    }
}
