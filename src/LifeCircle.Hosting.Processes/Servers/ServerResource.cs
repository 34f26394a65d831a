namespace Aspire.Hosting.ApplicationModel;

/// <summary>An installed server on a private port, with a generated password, for connections from this machine only.</summary>
public abstract class ServerResource : Resource, IResourceWithConnectionString, IResourceWithEndpoints
{
    private protected const string Install = "sudo apt-get install --no-install-recommends";
    private readonly ParameterResource _password;

    private protected ServerResource(string name, ParameterResource password) : base(name)
    {
        _password = password;
        Endpoints.Add(PrimaryEndpoint);
    }

    public EndpointReference PrimaryEndpoint { get; } = new("tcp", "tcp");

    private protected string Port => PrimaryEndpoint.Port;
    private protected string Password => _password.Value;
}
