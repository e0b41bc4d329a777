using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Reports with <see cref="InvalidOperationException"/>, which every test framework counts as a failure.</summary>
public class DefaultVerifier : IVerifier
{
    public DefaultVerifier()
        : this([])
    {
    }

    protected DefaultVerifier(ImmutableStack<string> context) => Context = context;

    /// <summary>What is being checked, the innermost first.</summary>
    protected ImmutableStack<string> Context { get; }

    public virtual void Empty<T>(string collectionName, IEnumerable<T> collection)
    {
        if (collection?.Any() == true)
            Fail($"'{collectionName}' should be empty, but has {collection.Count()} elements: {string.Join(", ", collection)}");
    }

    public virtual void Equal<T>(T expected, T actual, string? message = null)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            Fail(message ?? $"expected '{expected}' but was '{actual}'");
    }

    public virtual void True([DoesNotReturnIf(false)] bool assert, string? message = null)
    {
        if (!assert)
            Fail(message ?? "expected 'true' but was 'false'");
    }

    public virtual void False([DoesNotReturnIf(true)] bool assert, string? message = null)
    {
        if (assert)
            Fail(message ?? "expected 'false' but was 'true'");
    }

    [DoesNotReturn]
    public virtual void Fail(string? message = null) => throw new InvalidOperationException(CreateMessage(message));

    public virtual void LanguageIsSupported(string language)
    {
        if (language != LanguageNames.CSharp)
            Fail($"The language '{language}' is not supported.");
    }

    public virtual void NotEmpty<T>(string collectionName, IEnumerable<T> collection)
    {
        if (collection?.Any() != true)
            Fail($"'{collectionName}' is empty");
    }

    public virtual void SequenceEqual<T>(
        IEnumerable<T> expected,
        IEnumerable<T> actual,
        IEqualityComparer<T>? equalityComparer = null,
        string? message = null)
    {
        if (!expected.SequenceEqual(actual, equalityComparer))
            Fail(message ?? $"expected '{string.Join(", ", expected)}' but was '{string.Join(", ", actual)}'");
    }

    public virtual IVerifier PushContext(string context)
    {
        if (GetType() != typeof(DefaultVerifier))
            throw new InvalidOperationException($"{GetType().Name} must override {nameof(PushContext)}.");

        return new DefaultVerifier(Context.Push(context));
    }

    protected virtual string CreateMessage(string? message)
    {
        var text = new StringBuilder();
        foreach (string context in Context.Reverse())
        {
            text.Append("Context: ").AppendLine(context);
        }

        return text.Append(message ?? "the check failed").ToString();
    }
}
