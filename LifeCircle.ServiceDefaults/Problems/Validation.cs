using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace LifeCircle.ServiceDefaults;

// The framework's attributes, because the API document reads them, with texts in the client's language.
// A service turns them on with builder.Services.AddValidation() in its own Program.cs: the source generator works a project at a time.

/// <summary>A text's length in characters.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class TextLengthAttribute : StringLengthAttribute
{
    public TextLengthAttribute(int minimum, int maximum) : base(maximum) => MinimumLength = minimum;

    public override string FormatErrorMessage(string name) => Language.Choose(
        $"The length must be {MinimumLength} to {MaximumLength} characters.", $"长度须为 {MinimumLength} 至 {MaximumLength} 个字符。");
}

/// <summary>A number's bounds, both included.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class BetweenAttribute : RangeAttribute
{
    public BetweenAttribute(double minimum, double maximum) : base(minimum, maximum) { }

    public BetweenAttribute(int minimum, int maximum) : base(minimum, maximum) { }

    public override string FormatErrorMessage(string name) =>
        Language.Choose($"The value must be from {Minimum} to {Maximum}.", $"取值须在 {Minimum} 到 {Maximum} 之间。");
}

/// <summary>A text's pattern.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class MatchesAttribute([StringSyntax(StringSyntaxAttribute.Regex)] string pattern) : RegularExpressionAttribute(pattern)
{
    /// <summary>The framework's lets every empty text through.</summary>
    public override bool IsValid(object? value) => value is "" ? Regex.IsMatch("", Pattern) : base.IsValid(value);

    public override string FormatErrorMessage(string name) =>
        Language.Choose($"The value must match {Pattern}.", $"取值须符合格式 {Pattern}。");
}

/// <summary>How many items a list may hold.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class CountAttribute(int minimum, int maximum) : LengthAttribute(minimum, maximum)
{
    public override string FormatErrorMessage(string name) =>
        Language.Choose($"There must be {MinimumLength} to {MaximumLength} items.", $"数量须为 {MinimumLength} 至 {MaximumLength} 项。");
}
