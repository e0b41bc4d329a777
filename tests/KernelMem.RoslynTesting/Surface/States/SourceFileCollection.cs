using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Named files.</summary>
public class SourceFileCollection : List<(string filename, SourceText content)>
{
    public void Add((string filename, string content) file) => Add((file.filename, SourceText.From(file.content)));

    /// <summary>A file that a generator writes.</summary>
    public void Add((Type sourceGeneratorType, string filename, string content) file)
        => Add((file.sourceGeneratorType, file.filename, SourceText.From(file.content, Encoding.UTF8)));

    /// <summary>A file that a generator writes.</summary>
    public void Add((Type sourceGeneratorType, string filename, SourceText content) file)
    {
        Type generator = file.sourceGeneratorType;
        Add((Path.Combine(generator.Assembly.GetName().Name ?? string.Empty, generator.FullName!, file.filename), file.content));
    }
}
