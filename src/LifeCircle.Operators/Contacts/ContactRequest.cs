using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Contacts;

/// <summary>Whom the district calls.</summary>
public sealed record ContactRequest
{
    /// <summary>The person's name.</summary>
    [TextLength(1, Contact.MaximumNameLength)]
    public required string Name { get; init; }

    /// <summary>A mobile number or a landline with its area code.</summary>
    [TextLength(5, 40)]
    public required string Phone { get; init; }

    /// <summary>Left out: none.</summary>
    [TextLength(3, 254)]
    public string? Email { get; init; }

    /// <summary>Not its members, as a record's own would.</summary>
    public override string ToString() => nameof(ContactRequest);

    /// <param name="under">Where it stands in the request, with a dot at the end.</param>
    /// <exception cref="RuleBroken">Naming the field.</exception>
    internal ContactDetails Read(string under = "")
    {
        var phone = OperatorsRules.Text.Require(Phone, under + "phone", 40);
        if (phone.Count(char.IsAsciiDigit) < 5 || phone.Any(letter => !char.IsAsciiDigit(letter) && letter is not ('+' or '-' or ' ' or '(' or ')')))
            throw new RuleBroken(OperatorsRules.ValueInvalid, under + "phone", "It must be a phone number of digits, +, - and brackets.", "须为电话号码，仅含数字、+、- 与括号。");
        var email = OperatorsRules.Text.Optional(Email, under + "email", 254);
        if (email is not null && (email.Any(char.IsWhiteSpace) || email.Split('@') is not [{ Length: > 0 }, { Length: > 2 }]))
            throw new RuleBroken(OperatorsRules.ValueInvalid, under + "email", "It must be an e-mail address.", "须为电子邮箱地址。");
        return new(OperatorsRules.Text.Require(Name, under + "name", Contact.MaximumNameLength), phone, email);
    }
}

/// <summary>A contact's plain texts on their way into the seal.</summary>
internal sealed record ContactDetails(string Name, string Phone, string? Email)
{
    public override string ToString() => nameof(ContactDetails);
}
