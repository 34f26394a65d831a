using System.Buffers;
using System.Text;
using System.Text.Unicode;
using LifeCircle.Facilities.Imports.Running;

namespace LifeCircle.Facilities.Imports.Rows;

/// <summary>
/// Decodes a UTF-8 stream for the CSV parser, which would take a wrong byte for a question mark and a file without line ends for one record.
/// Both end here, at the line where they are.
/// </summary>
internal sealed class Utf8Text(Stream stream) : TextReader
{
    private const int MaximumHeader = 64 * 1024;

    private readonly byte[] _bytes = new byte[32 * 1024];
    private char[] _text = new char[32 * 1024];
    private int _byteCount;
    private int _start;
    private int _end;
    private bool _begun;
    private bool _final;
    private bool _invalid;
    private long _line = 1;
    private long _taken;

    /// <summary>The number of the record that is being read, for complaints.</summary>
    public long Record { get; private set; }

    /// <summary>The first line, without taking it.</summary>
    public async ValueTask<string> PeekLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            var text = _text.AsSpan(_start, _end - _start);
            var end = text.IndexOfAny('\r', '\n');
            if (end >= 0 || _final || text.Length >= MaximumHeader) return new string(end < 0 ? text : text[..end]);
            if (!await DecodeAsync(cancel)) return new string(_text.AsSpan(_start, _end - _start));
        }
    }

    /// <summary>The parser begins the next record.</summary>
    public void Begin() => (Record, _taken) = (Record + 1, 0);

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
    {
        while (_start == _end && await DecodeAsync(cancellationToken)) { }
        if (_start == _end) return _invalid ? throw ContentUnreadable.At(Here, ImportRules.NotUtf8) : 0;
        var count = Math.Min(buffer.Length, _end - _start);
        _text.AsSpan(_start, count).CopyTo(buffer.Span);
        _line += buffer.Span[..count].Count('\n');
        _start += count;
        if ((_taken += Encoding.UTF8.GetByteCount(buffer.Span[..count])) > RowReading.MaximumRowBytes) throw ContentUnreadable.At(Here, ImportRules.RowTooLong);
        return count;
    }

    public override Task<int> ReadAsync(char[] buffer, int index, int count) => ReadAsync(buffer.AsMemory(index, count)).AsTask();

    public override int Read(char[] buffer, int index, int count) => ReadAsync(buffer.AsMemory(index, count)).AsTask().GetAwaiter().GetResult();

    private RowPlace Here => new(Record, _line, null);

    /// <summary>Adds what comes next to the text. False: the end, or a byte that is not UTF-8.</summary>
    private async ValueTask<bool> DecodeAsync(CancellationToken cancel)
    {
        if (_final || _invalid) return false;
        var read = await stream.ReadAsync(_bytes.AsMemory(_byteCount), cancel);
        _final = read == 0;
        _byteCount += read;
        if (!_begun && !_final && _byteCount < 3) return true; // perhaps half a byte order mark
        var skipped = 0;
        if (!_begun && _bytes.AsSpan(0, _byteCount).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) skipped = 3;
        _begun = true;

        if (_start == _end) (_start, _end) = (0, 0);
        if (_text.Length - _end < _byteCount) Array.Resize(ref _text, _text.Length * 2);
        var status = Utf8.ToUtf16(
            _bytes.AsSpan(skipped, _byteCount - skipped), _text.AsSpan(_end), out var used, out var written, replaceInvalidSequences: false, isFinalBlock: _final);
        _end += written;
        used += skipped;
        _bytes.AsSpan(used, _byteCount - used).CopyTo(_bytes);
        _byteCount -= used;
        _invalid = status is OperationStatus.InvalidData;
        return written > 0 || (!_final && !_invalid);
    }
}
