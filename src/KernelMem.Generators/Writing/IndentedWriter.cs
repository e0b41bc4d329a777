using System.Text;

namespace KernelMem.Generators.Writing;

/// <summary>Builds source text line by line. Line ends are <c>\n</c> on every machine, so that output is the same on every machine.</summary>
internal sealed class IndentedWriter
{
    private const int SpacesPerLevel = 4;

    private readonly StringBuilder _text = new();
    private int _level;

    public IndentedWriter Line(string text)
    {
        _text.Append(' ', _level * SpacesPerLevel).Append(text).Append('\n');
        return this;
    }

    public IndentedWriter Blank()
    {
        _text.Append('\n');
        return this;
    }

    /// <summary>A line one step further in: the body of an expression member or of an <c>if</c>.</summary>
    public IndentedWriter Indented(string text)
    {
        _level++;
        Line(text);
        _level--;
        return this;
    }

    public IndentedWriter Open()
    {
        Line("{");
        _level++;
        return this;
    }

    public IndentedWriter Close()
    {
        _level--;
        return Line("}");
    }

    public override string ToString() => _text.ToString();
}
