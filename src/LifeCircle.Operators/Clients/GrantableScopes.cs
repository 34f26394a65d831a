namespace LifeCircle.Operators.Clients;

/// <summary>What a client can be granted, <c>resource.action</c>; a new service adds its own here.</summary>
internal static class GrantableScopes
{
    public static readonly string[] All = ["facilities.read", "facilities.write", "facilities.import", "webhooks.manage"];
}
