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

    /// <summary>Several lines, indented alike; empty ones stay empty.</summary>
    public IndentedWriter Lines(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Length == 0)
                Blank();
            else
                Line(line);
        }

        return this;
    }

    /// <summary>A member of several lines, set off from what is above it.</summary>
    public IndentedWriter Member(string text) => Blank().Lines(text);

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

    /// <summary>A line two steps further in: the next line of an expression member's body.</summary>
    public IndentedWriter Continued(string text)
    {
        _level++;
        Indented(text);
        _level--;
        return this;
    }

    public IndentedWriter Open()
    {
        Line("{");
        _level++;
        return this;
    }

    public IndentedWriter Close() => CloseWith(string.Empty);

    /// <summary>Closes, with what ends the statement.</summary>
    public IndentedWriter CloseWith(string end)
    {
        _level--;
        return Line("}" + end);
    }

    public override string ToString() => _text.ToString();
}
