using LifeCircle.ServiceDefaults;

namespace LifeCircle.Operators.Clients;

/// <summary>The rules of clients that a request can break.</summary>
public static class ClientRules
{
    public static readonly Rule NotFound = Rule.NotFound(
        "operators.client_not_found", "The operator has no such client.", "该运营方没有此客户端。");

    public static readonly Rule TooMany = Rule.Conflict(
        "operators.client_too_many", "The operator has as many clients as one may have.", "该运营方的客户端数量已达上限。");

    public static readonly Rule NotYet = Rule.Conflict(
        "operators.client_not_yet", "The operator's state allows no client of this environment.", "运营方当前状态不允许该环境的客户端。");

    public static readonly Rule NoSandbox = Rule.Conflict(
        "operators.client_no_sandbox", "The district has no sandbox to try systems out in.", "本区未设沙箱环境。");

    public static readonly Rule OtherMethod = Rule.Conflict(
        "operators.client_other_method", "The client proves who it is in another way.", "该客户端采用其他认证方式。");

    public static readonly Rule ScopeNotGranted = Rule.Unprocessable(
        "operators.client_scope_not_granted", "The operator has not been granted this scope.", "该运营方未获授予此权限范围。");

    public static readonly Rule DivisionInvalid = Rule.Unprocessable(
        "operators.client_division_invalid", "The client needs a division inside those of its operator.", "客户端须指定其运营方区划范围内的区划。");

    public static readonly Rule KeysInvalid = Rule.Unprocessable(
        "operators.client_keys_invalid", "The public keys cannot be used.", "公钥不可用。");
}

/// <summary>Ids that a person can read aloud; they are no secrets.</summary>
internal static class ClientIds
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789"; // none that look alike

    private const int Longest = 100;

    /// <summary>Whether somebody could be called so; a NUL, for instance, cannot even be looked up.</summary>
    public static bool CanBe(string id) => id.Length is > 0 and <= Longest && id.All(letter => letter is >= ' ' and <= '~');

    public static string Generate(ClientEnvironment environment) => Generate(environment is ClientEnvironment.Sandbox ? "sandbox-" : "op-");

    public static string Generate(string prefix) => prefix + System.Security.Cryptography.RandomNumberGenerator.GetString(Letters, 12);
}
