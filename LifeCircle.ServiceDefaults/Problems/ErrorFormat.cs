using Microsoft.AspNetCore.Http;

namespace LifeCircle.ServiceDefaults;

/// <summary>Metadata of endpoints whose errors another standard than RFC 9457 shapes; status and headers are already set.</summary>
/// <param name="WriteAsync">Writes the body, given a description of the error.</param>
public sealed record ErrorFormat(Func<HttpContext, string, Task> WriteAsync);
