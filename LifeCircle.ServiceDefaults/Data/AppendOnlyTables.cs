using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.ServiceDefaults;

public static class AppendOnlyTables
{
    /// <summary>The service's own role may add rows to the table, and neither change nor delete any.</summary>
    public static EntityTypeBuilder<T> IsAppendOnly<T>(this EntityTypeBuilder<T> table) where T : class =>
        table.HasAnnotation(AuditTrail.AppendOnly, true);
}
