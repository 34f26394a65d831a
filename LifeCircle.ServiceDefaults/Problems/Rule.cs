using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>A rule of the house or of the field that a request can break; what an integrator programs against.</summary>
/// <param name="Code">Stable, <c>service.rule</c>; never reused for anything else.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="English">One sentence.</param>
/// <param name="Chinese">The same sentence.</param>
public sealed record Rule(string Code, int Status, string English, string Chinese)
{
    /// <summary>The request itself cannot be read.</summary>
    public static Rule Malformed(string code, string english, string chinese) => new(code, StatusCodes.Status400BadRequest, english, chinese);

    /// <summary>The caller may not do this here.</summary>
    public static Rule Forbidden(string code, string english, string chinese) => new(code, StatusCodes.Status403Forbidden, english, chinese);

    /// <summary>There is no such thing, or none that the caller may see.</summary>
    public static Rule NotFound(string code, string english, string chinese) => new(code, StatusCodes.Status404NotFound, english, chinese);

    /// <summary>The state of things does not allow it now.</summary>
    public static Rule Conflict(string code, string english, string chinese) => new(code, StatusCodes.Status409Conflict, english, chinese);

    /// <summary>Well-formed, but against a rule of the field.</summary>
    public static Rule Unprocessable(string code, string english, string chinese) => new(code, StatusCodes.Status422UnprocessableEntity, english, chinese);

    /// <summary>Cannot be answered now; the caller may try again.</summary>
    public static Rule Unavailable(string code, string english, string chinese) => new(code, StatusCodes.Status503ServiceUnavailable, english, chinese);
}

/// <summary>A request broke a rule. Problems.cs alone turns it into an answer.</summary>
public sealed class RuleBroken : Exception
{
    /// <param name="rule">The rule.</param>
    /// <param name="field">The field at fault, if one is.</param>
    /// <param name="en">A hint that goes beyond the rule's own sentence.</param>
    /// <param name="zh">The same hint.</param>
    public RuleBroken(Rule rule, string? field = null, string? en = null, string? zh = null)
        : this(rule, field is null ? [] : [new FieldError(field, en ?? rule.English, zh ?? rule.Chinese)])
    {
        English = en;
        Chinese = zh;
    }

    /// <param name="rule">The rule.</param>
    /// <param name="errors">Every field at fault.</param>
    public RuleBroken(Rule rule, IReadOnlyList<FieldError> errors) : base($"{rule.Code}: {rule.English}")
    {
        Rule = rule;
        Errors = errors;
    }

    public Rule Rule { get; }

    public IReadOnlyList<FieldError> Errors { get; }

    /// <summary>Seconds after which trying again makes sense; null leaves it to the status.</summary>
    public int? RetryAfter { get; init; }

    public string? Detail => English is null ? null : Language.Choose(English, Chinese ?? English);

    private string? English { get; }

    private string? Chinese { get; }
}
