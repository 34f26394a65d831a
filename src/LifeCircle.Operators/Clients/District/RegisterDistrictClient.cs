using System.Text.RegularExpressions;
using LifeCircle.Operators.Clients.Credentials;
using LifeCircle.ServiceDefaults;
using OpenIddict.Core;

namespace LifeCircle.Operators.Clients.District;

/// <summary>
/// The verb <c>register-district-client</c>. Clients are registered through the API by a client, so the first one has to come from whoever runs the
/// service: with it the district's systems are taken in as operators of the type <c>district_system</c>, and after that it can be revoked.
/// </summary>
internal static partial class RegisterDistrictClient
{
    private static readonly string[] FirstSteps = ["operators.read", "operators.write", "operators.review", "credentials.manage"];

    public static Verb Verb { get; } = new(
        "register-district-client",
        $"<name> [--division <code>] [--scopes <scope>,...] a client of the district's own; shows its secret, once (scopes: {string.Join(',', FirstSteps)})",
        RunAsync);

    /// <returns>The exit code: 0 done, 2 wrong command line.</returns>
    private static async Task<int> RunAsync(IServiceProvider services, string[] args, CancellationToken stopping)
    {
        if (Read(args) is not { } client) return 2;
        var secret = OperatorClients.NewSecret();
        await client.SaveAsync(services.GetRequiredService<OpenIddictApplicationManager<Client>>(), secret, stopping);
        Console.WriteLine($"client_id  {client.ClientId}{Environment.NewLine}secret     {secret}");
        return 0;
    }

    private static DistrictClient? Read(string[] args)
    {
        if (args is not [{ Length: > 0 and <= ClientMapping.MaximumNameLength } name, .. var options] || name.StartsWith('-') || options.Length % 2 != 0)
            return Refuse($"Give the name of the system, of at most {ClientMapping.MaximumNameLength} letters, and a value for every option.");
        var (division, scopes) = ((string?)null, FirstSteps);
        foreach (var option in options.Chunk(2))
        {
            switch (option)
            {
                case ["--division", var code] when Division().IsMatch(code):
                    division = code;
                    break;
                case ["--scopes", var list] when list.Split(',') is var wanted && wanted.All(GrantableScopes.All.Contains):
                    scopes = [.. wanted.Distinct()];
                    break;
                default:
                    return Refuse($"{option[0]} {option[1]} is no option: --division has 6, 9 or 12 digits; --scopes are of {string.Join(',', GrantableScopes.All)}.");
            }
        }
        return new(ClientIds.Generate("district-"), name, division, scopes);
    }

    private static DistrictClient? Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return null;
    }

    [GeneratedRegex("^([0-9]{6}|[0-9]{9}|[0-9]{12})$")]
    private static partial Regex Division();
}
