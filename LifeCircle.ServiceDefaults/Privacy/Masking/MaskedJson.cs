using System.Text.Json;
using System.Text.Json.Serialization;

namespace LifeCircle.ServiceDefaults;

/// <summary>Writes what identifies a person as its text shows it: masked. An answer, an event or a detail that it got into gives nothing away.</summary>
internal sealed class MaskedJson<T> : JsonConverter<T> where T : notnull
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException($"A {typeof(T).Name} is read by its Parse, which can name the field.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
