using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace LifeCircle.ServiceDefaults;

/// <summary>Enums in a service's tables.</summary>
public static class EnumText
{
    /// <summary>Stores them under their names on the wire: the database shows the same words as the API, and a new member never shifts the old ones.</summary>
    /// <param name="model">With all entities.</param>
    /// <param name="service">Whose entities; those of messaging have their own ways.</param>
    public static ModelBuilder UseTextForEnums(this ModelBuilder model, Assembly service)
    {
        foreach (var property in model.Model.GetEntityTypes().Where(type => type.ClrType.Assembly == service).SelectMany(type => type.GetProperties()))
        {
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type.IsEnum && property.GetValueConverter() is null)
                property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(WireText<>).MakeGenericType(type))!);
        }
        return model;
    }

    private sealed class WireText<T>() : ValueConverter<T, string>(value => WireNames.Of(value), text => WireNames.Parse<T>(text))
        where T : struct, Enum;
}
